using Akin.Kernels;
using Akin.Search.Evaluation;
using Akin.Search.Filters;
using Akin.Search.Hybrid;
using Akin.Search.Lexical;
using Akin.Search.Lexical.Ranking;
using Akin.Search.Ranking;
using Akin.Search.Storage;

namespace Akin.Search.Tests.Hybrid;

public sealed class HybridIndexTests : IDisposable
{
    private readonly TemporaryFolder _temporary = new();

    public void Dispose() => _temporary.Dispose();

    [Fact]
    public void Fuse_OfTwoRankings_AddsScoresAboveTheirTailsAndTrustsWordsThatPointAtOne()
    {
        // The tail, places 11 to 20, has mean 0 and deviation 0.1 in all.
        ScoredDocument[] meaning = [.. Ranking("m", 0.4, 0.3, 0.2)], doubtful = [.. Ranking("w", 0.4, 0.4, 0.2)], certain = [.. Ranking("w", 0.4, 0.1)];
        IReadOnlyList<ScoredDocument> fused = HybridWeights.OfMeaning(0.25).Fuse(doubtful, meaning);
        Assert.Equal(["w0", "w1", "w2", "m0"], fused.Take(4).Select(document => document.DocumentId));
        Assert.Equal([3, 3, 1.5, 1], fused.Take(4).Select(document => Math.Round(document.Score, 9)));

        // Of words whose second score is a quarter of the first, meaning has a quarter of its weight.
        fused = HybridWeights.OfMeaning(0.25).Fuse(certain, meaning);
        Assert.Equal(0.25, fused.Single(document => document.DocumentId == "m0").Score, 9);
        Assert.Equal("m0", HybridWeights.OfMeaning(1).Fuse(certain, meaning)[0].DocumentId);
        Assert.Equal(meaning, HybridWeights.Equal.Fuse([], meaning), (left, right) => left.DocumentId == right.DocumentId);
        Assert.Throws<ArgumentOutOfRangeException>(() => HybridWeights.OfMeaning(1.5));

        static IEnumerable<ScoredDocument> Ranking(string name, params double[] head) =>
            head.Concat(Enumerable.Repeat(0.1, 15 - head.Length)).Concat(Enumerable.Repeat(-0.1, 5)).Select((score, i) => new ScoredDocument($"{name}{i}", score));
    }

    [Fact]
    public void Search_WhereMeaningIsUseless_LearnsToTrustWordsAndKeepsWhatItLearnt()
    {
        using DocumentStore store = StoreOf(new NoEncoder());
        using SemanticIndex meaning = new(store, new NoEncoder());
        using LexicalIndex words = new(store);
        HybridIndex index = new(meaning, words);
        Assert.InRange(index.Weights.Meaning, 0, 0.15);
        Assert.Equal("d7", index.Search("sentence seven of winter harbour7", 3)[0].Document.Id);

        NoEncoder second = new();
        using SemanticIndex again = new(store, second);
        Assert.Equal(index.Weights, new HybridIndex(again, words).Weights);
        Assert.Equal(0, second.EncodedCount);
    }

    [Fact]
    public void Search_WhereBothAreGood_FindsWhatEitherFindsAndGivesPages()
    {
        using DocumentStore store = StoreOf(new WordEncoder());
        using SemanticIndex meaning = new(store, new WordEncoder());
        using LexicalIndex words = new(store);
        HybridIndex index = new(meaning, words);
        Assert.InRange(index.Weights.Meaning, 0.3, 0.7);
        IReadOnlyList<SearchHit> all = index.Search("winter harbour5", 20);
        Assert.Equal("d5", all[0].Document.Id);
        Assert.Equal(20, all.Count);
        Assert.Equal(all.Skip(4).Take(3), index.Search("winter harbour5", 3, new VectorSearchOptions { Offset = 4 }));
        DocumentFilter odd = DocumentFilter.Parse("""{"odd": true}""");
        IReadOnlyList<SearchHit> some = index.Search("winter harbour5", 60, new VectorSearchOptions { Filter = odd });
        Assert.Equal(30, some.Count);
        Assert.All(some, hit => Assert.Contains("true", hit.Document.Metadata, StringComparison.Ordinal));

        using DocumentStore other = DocumentStore.OpenOrCreate(_temporary["other.akin"], IndexFacts.For(new WordEncoder(), VectorMetric.Cosine));
        using LexicalIndex elsewhere = new(other);
        Assert.Throws<ArgumentException>(() => new HybridIndex(meaning, elsewhere));
    }

    [Fact]
    public void Rerank_ByARankerOfOnesOwn_PutsHitsInItsOrder()
    {
        SearchHit[] hits = [new(new Document("far", "completely other"), 3), new(new Document("near", "harbor"), 2), new(new Document("same", "harbour"), 1)];
        Assert.Equal(["same", "near", "far"], HitReranking.Rerank("harbour", hits, new LevenshteinRanker()).Select(hit => hit.Document.Id));
    }

    private DocumentStore StoreOf(IEncoder encoder)
    {
        Document[] documents =
        [
            .. Enumerable.Range(0, 60).Select(i => new Document($"d{i}", $"This is a sentence of winter harbour{i}. Another one speaks of garden{i * 7} and stone{i}.")
            {
                Metadata = $$"""{"odd": {{(i % 2 == 1 ? "true" : "false")}}}""",
            }),
        ];
        string folder = _temporary["index.akin"];
        using (SemanticIndex index = SemanticIndex.OpenOrCreate(folder, encoder))
        {
            index.Add(documents);
        }

        return DocumentStore.Open(folder);
    }

    /// <summary>Gives texts directions that say nothing.</summary>
    private sealed class NoEncoder : IEncoder
    {
        public string ModelName => "none";

        public int Dimension => 8;

        public int EncodedCount { get; private set; }

        public float[][] Encode(IReadOnlyList<string> texts, CancellationToken cancellationToken)
        {
            EncodedCount += texts.Count;
            return [.. texts.Select(text =>
            {
                Random random = new(text.Length * 31 + text.Sum(letter => letter) * EncodedCount);
                return Enumerable.Range(0, Dimension).Select(_ => random.NextSingle() - 0.5f).ToArray();
            })];
        }
    }
}
