using Akin.Kernels;

namespace Akin.Search.Documents;

/// <summary>Nearest neighbours by embeddings: every embedding is compared.</summary>
public sealed partial class DocumentArray
{
    /// <summary>Finds the documents whose embeddings are nearest; those without an embedding are passed over.</summary>
    /// <param name="query">The query vector.</param>
    /// <param name="options">How many, and how distances are measured; null for the defaults.</param>
    /// <returns>Copies with the distance among their scores, nearest first; of equal ones the earlier.</returns>
    /// <exception cref="ArgumentException">An embedding has not as many numbers as the query.</exception>
    public DocumentArray Find(ReadOnlySpan<float> query, FindOptions? options = null) => Find([query.ToArray()], options)[0];

    /// <summary>Finds the documents whose embeddings are nearest to each of several queries.</summary>
    /// <param name="queries">The query vectors, all of one length.</param>
    /// <param name="options">How many, and how distances are measured; null for the defaults.</param>
    /// <returns>For each query copies with the distance among their scores, nearest first; of equal ones the earlier.</returns>
    /// <exception cref="ArgumentException">An embedding has not as many numbers as the queries.</exception>
    public DocumentArray[] Find(IReadOnlyList<float[]> queries, FindOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(queries);
        options ??= new FindOptions();
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Limit, 1, nameof(options));
        DocumentNode[] candidates = [.. Items.Where(document => document.Embedding is not null && options.Filter?.Matches(document.Fields()) != false)];
        float[][] distances = DistancesTo(candidates, queries, options.Metric);
        return [.. distances.Select(row => new DocumentArray(Nearest(row, options.Limit, _ => true).Select(place => Found(candidates[place], row[place], options))))];
    }

    /// <summary>Finds for each document the nearest of others, and keeps them as its <see cref="DocumentNode.Matches"/>, replacing those that were there. Documents without an embedding are passed over.</summary>
    /// <param name="others">Where to look; may be this array.</param>
    /// <param name="options">How many, and how distances are measured; null for the defaults.</param>
    /// <exception cref="ArgumentException">An embedding has not as many numbers as the first one.</exception>
    public void Match(DocumentArray others, MatchOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(others);
        options ??= new MatchOptions();
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Limit, 1, nameof(options));
        DocumentNode[] queries = [.. Items.Where(document => document.Embedding is not null)];
        DocumentNode[] candidates = [.. others.Where(document => document.Embedding is not null && options.Filter?.Matches(document.Fields()) != false)];
        float[][] distances = DistancesTo(candidates, Array.ConvertAll(queries, VectorOf), options.Metric);
        DocumentNode[][] found = new DocumentNode[queries.Length][];
        for (int i = 0; i < queries.Length; i++)
        {
            float[] row = distances[i];
            string id = queries[i].Id;
            int[] places = Nearest(row, options.Limit, place => !options.ExcludeSelf || candidates[place].Id != id);
            Normalize(row, options.Normalization);
            found[i] = Array.ConvertAll(places, place => Found(candidates[place], row[place], options));
        }

        // Only now: what is searched may be what is matched.
        for (int i = 0; i < queries.Length; i++)
        {
            queries[i].Matches.Clear();
            queries[i].Matches.AddRange(found[i]);
        }
    }

    private static float[][] DistancesTo(DocumentNode[] candidates, IReadOnlyList<float[]> queries, DistanceMetric metric)
    {
        if (!Enum.IsDefined(metric))
        {
            throw new ArgumentOutOfRangeException(nameof(metric), metric, $"There are {string.Join(", ", Enum.GetNames<DistanceMetric>())}.");
        }

        if (candidates.Length == 0 || queries.Count == 0)
        {
            return [.. queries.Select(_ => Array.Empty<float>())];
        }

        int dimension = queries[0].Length;
        float[] rows = new float[(long)candidates.Length * dimension];
        for (int i = 0; i < candidates.Length; i++)
        {
            float[] vector = VectorOf(candidates[i]);
            if (vector.Length != dimension)
            {
                throw new ArgumentException($"The embedding of document '{candidates[i].Id}' has {vector.Length} numbers, the first query has {dimension}.", nameof(candidates));
            }

            vector.CopyTo(rows.AsSpan(i * dimension));
        }

        return [.. queries.Select((query, number) => query.Length == dimension
            ? DistancesOf(rows, query, metric)
            : throw new ArgumentException($"Query {number} has {query.Length} numbers, the first one has {dimension}.", nameof(queries)))];
    }

    private static float[] DistancesOf(float[] rows, float[] query, DistanceMetric metric)
    {
        float[] distances = new float[rows.Length / query.Length];
        Distances.Scores(metric == DistanceMetric.Cosine ? VectorMetric.Cosine : VectorMetric.Euclidean, query, query.Length, rows, distances, WorkerPool.Shared);
        for (int i = 0; i < distances.Length; i++)
        {
            distances[i] = metric switch
            {
                DistanceMetric.Cosine => 1 - distances[i],
                DistanceMetric.Euclidean => -distances[i],
                _ => distances[i] * distances[i],
            };
        }

        return distances;
    }

    private static int[] Nearest(float[] distances, int limit, Predicate<int> accepts) =>
        [.. Enumerable.Range(0, distances.Length).Where(place => accepts(place)).OrderBy(place => distances[place]).Take(limit)];

    private static DocumentNode Found(DocumentNode document, float distance, FindOptions options)
    {
        DocumentNode copy = options.OnlyId ? new DocumentNode(document.Id) : document.Copy();
        if (options.OnlyId)
        {
            foreach ((string name, NamedScore score) in document.Scores)
            {
                copy.Scores[name] = score;
            }
        }

        copy.Scores[options.ScoreName ?? NameOf(options.Metric)] = new NamedScore(distance);
        return copy;
    }

    private static void Normalize(float[] distances, (float Least, float Greatest)? range)
    {
        if (range is not { } bounds || distances.Length == 0)
        {
            return;
        }

        float least = distances.Min(), span = distances.Max() - least;
        for (int i = 0; i < distances.Length; i++)
        {
            distances[i] = bounds.Least + (bounds.Greatest - bounds.Least) * (span > 0 ? (distances[i] - least) / span : 0);
        }
    }

    private static float[] VectorOf(DocumentNode document) => document.Embedding!.Shape.Count <= 1
        ? document.Embedding.ToSingles()
        : throw new ArgumentException($"The embedding of document '{document.Id}' has {document.Embedding.Shape.Count} dimensions; one vector is wanted.", nameof(document));

    private static string NameOf(DistanceMetric metric) => metric switch
    {
        DistanceMetric.Cosine => "cosine",
        DistanceMetric.Euclidean => "euclidean",
        _ => "sqeuclidean",
    };
}
