using Akin.Search.Hybrid;
using Akin.Search.Lexical;
using Akin.Search.Passages;

namespace Akin.Search.Tests.Hybrid;

public sealed class ExplainedHitTests : IDisposable
{
    private readonly TemporaryFolder _temporary = new();

    public void Dispose() => _temporary.Dispose();

    [Fact]
    public void Find_WithAVector_IsTheSearchWithTheSharesOfBoth()
    {
        WordEncoder encoder = new();
        using SemanticIndex meaning = SemanticIndex.OpenOrCreate(_temporary["index.akin"], encoder);
        meaning.Add([.. Enumerable.Range(0, 150).Select(i => new Document($"d{i}", $"harbour {i % 7} winter {i}"))]);
        using LexicalIndex words = new(meaning.Store);
        HybridIndex index = new(meaning, words);
        const string Query = "winter harbour 5";
        float[] vector = encoder.Encode([Query], default)[0];
        IReadOnlyList<ExplainedHit> found = index.Find(Query, vector, 20, new VectorSearchOptions { Offset = 3 });
        Assert.Equal(index.Search(Query, 20, new VectorSearchOptions { Offset = 3 }), found.Select(hit => new SearchHit(hit.Document, hit.Score)));

        IReadOnlyList<SearchHit> byMeaning = meaning.Vectors.Search(vector, 100), byWords = words.Search(Query, 100);
        Assert.All(found, hit =>
        {
            Assert.Equal(hit.Score, (hit.Meaning?.Share ?? 0) + (hit.Words?.Share ?? 0), 4);
            Same(byMeaning, hit.Meaning, hit.Document.Id);
            Same(byWords, hit.Words, hit.Document.Id);
        });

        // Weights that are given count this time alone.
        Assert.All(index.Find(Query, vector, 10, weights: HybridWeights.OfMeaning(0)), hit => Assert.Equal(0, hit.Meaning?.Share ?? 0));
        Assert.Equal(index.Search(Query, 10), new HybridIndex(meaning, words, index.Weights).Search(Query, 10));

        static void Same(IReadOnlyList<SearchHit> ranking, RankedScore? score, string id)
        {
            int place = ranking.Select(hit => hit.Document.Id).ToList().IndexOf(id);
            Assert.Equal(place < 0 ? null : place + 1, score?.Rank);
            if (place >= 0)
            {
                Assert.Equal(ranking[place].Score, score!.Value.Score);
            }
        }
    }

    [Fact]
    public void Hits_RerankedAndGrouped_KeepHowTheyWereFound()
    {
        SearchHit[] hits = [.. new[] { "a#1", "b#1", "a#2" }.Select((id, i) => new SearchHit(new Document(id, "text") { Metadata = $$$"""{"passage": {"document": "{{{id[0]}}}"}}""" }, 3 - i))];
        IReadOnlyList<ExplainedHit> reranked = ExplainedHit.Reranked(ExplainedHit.ByMeaning(hits), [0.1f, 0.2f, 0.9f]);
        Assert.Equal(["a#2", "b#1", "a#1"], reranked.Select(hit => hit.Document.Id));
        Assert.Equal([(3, 1), (2, 2), (1, 3)], reranked.Select(hit => (hit.Meaning!.Value.Rank!.Value, hit.Rerank!.Value.Rank!.Value)));
        IReadOnlyList<ExplainedHit> grouped = ExplainedHit.Grouped(reranked, PassageScore.Sum);
        Assert.Equal([("a#2", 1.0f, 3), ("b#1", 0.2f, 2)], grouped.Select(hit => (hit.Document.Id, hit.Score, hit.Meaning!.Value.Rank!.Value)));
        Assert.Throws<ArgumentOutOfRangeException>(() => ExplainedHit.Reranked(grouped, [1]));
        Assert.Equal(2, ExplainedHit.ByWords(hits)[1].Words!.Value.Rank);
    }
}
