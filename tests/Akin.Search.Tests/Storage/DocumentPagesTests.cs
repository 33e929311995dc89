using Akin.Search.Filters;
using Akin.Search.Storage;

namespace Akin.Search.Tests.Storage;

public sealed class DocumentPagesTests : IDisposable
{
    private readonly TemporaryFolder _temporary = new();

    public void Dispose() => _temporary.Dispose();

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Store_AfterAddingReplacingAndDeleting_GivesPagesAndSamplesOfWhatIsThere(int seed)
    {
        Random random = new(seed);
        using SemanticIndex index = SemanticIndex.OpenOrCreate(_temporary["index.akin"], new WordEncoder());
        for (int step = 0; step < 10; step++)
        {
            index.Add([.. Enumerable.Range(0, random.Next(1, 9)).Select(_ => random.Next(30)).Distinct().Select(i => new Document($"d{i}", $"text {random.Next()}") { Metadata = $$"""{"odd": {{(i % 2 == 1 ? "true" : "false")}}}""" })]);
            index.Store.Delete([.. Enumerable.Range(0, random.Next(4)).Select(_ => $"d{random.Next(30)}")]);
            string[] all = [.. index.Store.Enumerate().Select(document => document.Id)];

            int offset = random.Next(all.Length + 2), count = random.Next(6);
            Assert.Equal(all.Skip(offset).Take(count), index.Store.Page(offset, count).Select(document => document.Id));
            DocumentFilter odd = DocumentFilter.Parse("""{"odd": true}""");
            string[] some = [.. index.Store.Find(odd).Select(document => document.Id)];
            Assert.Equal(some.Skip(offset).Take(count), index.Store.Page(offset, count, odd).Select(document => document.Id));
            string[] ids = [.. Enumerable.Range(0, 30).Select(i => $"d{i}")];
            Assert.Equal(ids.Select(all.Contains), index.Store.Contains(ids));

            foreach (int wanted in new[] { 0, 1, 3, all.Length, 100 })
            {
                IReadOnlyList<DocumentVector> sample = index.Store.SampleVectors(wanted);
                Assert.Equal(Math.Min(wanted, all.Length), sample.Count);
                int[] places = [.. sample.Select(entry => Array.IndexOf(all, entry.Document.Id))];
                Assert.Equal(places.Distinct().Order(), places); // in order, each once
                Assert.All(sample, entry => Assert.Equal(index.Store.GetVector(entry.Document.Id), entry.Vector.ToArray()));
                Assert.Equal(index.Store.Sample(wanted).Select(document => document.Id).Distinct().Count(), index.Store.Sample(wanted).Count);
            }
        }
    }

    [Fact]
    public void FieldNames_OfNestedFieldsAndLists_AreThoseWithValues()
    {
        using SemanticIndex index = SemanticIndex.OpenOrCreate(_temporary["index.akin"], new WordEncoder());
        Assert.Empty(index.Store.FieldNames());
        index.Add(
        [
            new Document("1", "a") { Metadata = """{"lang": "ko", "maker": {"name": "X", "size": 3}, "tags": ["a", "b"], "none": null, "empty": [], "text": "own"}""" },
            new Document("2", "b") { Metadata = """{"lang": "en", "tags": [1, {"deep": true}], "date": "2024-05-01"}""" },
            new Document("3", "c"),
        ]);
        Assert.Equal(
            [("lang", 2), ("tags", 2), ("date", 1), ("maker.name", 1), ("maker.size", 1)],
            index.Store.FieldNames().Select(field => (field.Name, field.Documents)));
    }
}
