using Akin.Kernels;
using Akin.Search.Storage;

namespace Akin.Search.Tests;

/// <summary>Random work on an index, compared step by step with a dictionary that cannot be wrong.</summary>
public sealed class ModelBasedTests : IDisposable
{
    private const int Dimension = 6;
    private readonly TemporaryFolder _temporary = new();

    public void Dispose() => _temporary.Dispose();

    [Theory]
    [InlineData(1, VectorMetric.Cosine)]
    [InlineData(2, VectorMetric.Dot)]
    [InlineData(3, VectorMetric.Euclidean)]
    [InlineData(4, VectorMetric.Cosine)]
    public void Index_RandomWorkWithRestarts_EqualsADictionary(int seed, VectorMetric metric)
    {
        string folder = _temporary["index.akin"];
        IndexFacts facts = new("m", Dimension) { Metric = metric };
        Random random = new(seed);
        // Insertion order counts: a replaced entry moves to the end.
        List<DocumentVector> model = [];
        DocumentStore store = DocumentStore.OpenOrCreate(folder, facts);
        VectorIndex index = new(store);
        for (int step = 0; step < 250; step++)
        {
            switch (random.Next(12))
            {
                case < 5:
                    DocumentVector[] batch = [.. Enumerable.Range(0, random.Next(1, 20)).Select(_ => RandomEntry(random, step))];
                    store.Upsert(batch);
                    foreach (DocumentVector entry in batch)
                    {
                        model.RemoveAll(old => old.Document.Id == entry.Document.Id);
                        model.Add(entry);
                    }

                    break;
                case < 7:
                    string[] ids = [.. Enumerable.Range(0, random.Next(1, 25)).Select(_ => "d" + random.Next(120))];
                    int expectedDeletions = model.RemoveAll(entry => ids.Contains(entry.Document.Id));
                    Assert.Equal(expectedDeletions, store.Delete(ids));
                    break;
                case 7:
                    index.Publish();
                    break;
                case 8:
                    index.Dispose();
                    store.Dispose();
                    store = DocumentStore.Open(folder);
                    index = new VectorIndex(store);
                    break;
                case 9:
                    string id = "d" + random.Next(120);
                    DocumentVector known = model.Find(entry => entry.Document.Id == id);
                    Assert.Equal(known.Document, store.Get(id));
                    Assert.Equal(known.Document is null ? null : known.Vector.ToArray(), store.GetVector(id));
                    break;
                default:
                    float[] query = RandomVector(random);
                    int count = random.Next(1, 15);
                    VectorPrecision precision = (VectorPrecision)random.Next(2);
                    IReadOnlyList<SearchHit> found = index.Search(query, count, precision);
                    Assert.Equal(Nearest(model, metric, query, count), found.Select(hit => hit.Document));
                    break;
            }
        }

        Assert.Equal(model.Select(entry => entry.Document), store.Enumerate());
        store.Verify();
        Assert.Null(index.Damage);
        index.Dispose();
        store.Dispose();
    }

    private static DocumentVector RandomEntry(Random random, int step) =>
        new(new Document("d" + random.Next(120), $"text {step}") { Title = random.Next(2) == 0 ? null : "t" + step }, RandomVector(random));

    private static float[] RandomVector(Random random) => [.. Enumerable.Range(0, Dimension).Select(_ => random.NextSingle() * 2 - 1)];

    private static IEnumerable<Document> Nearest(List<DocumentVector> model, VectorMetric metric, float[] query, int count) =>
        model.OrderByDescending(entry => Score(metric, query, entry.Vector.Span)).Take(count).Select(entry => entry.Document);

    private static double Score(VectorMetric metric, ReadOnlySpan<float> query, ReadOnlySpan<float> vector)
    {
        double dot = 0;
        double square = 0;
        double distance = 0;
        for (int i = 0; i < Dimension; i++)
        {
            dot += (double)query[i] * vector[i];
            square += (double)vector[i] * vector[i];
            distance += ((double)query[i] - vector[i]) * ((double)query[i] - vector[i]);
        }

        // The query's own length changes no order.
        return metric switch { VectorMetric.Dot => dot, VectorMetric.Cosine => dot / Math.Sqrt(square), _ => -distance };
    }
}
