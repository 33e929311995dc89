using Akin.Kernels;
using Akin.Search.Evaluation;
using Akin.Search.Filters;
using Akin.Search.Hybrid;
using Akin.Search.Lexical;
using Akin.Search.Ranking;
using Akin.Search.Storage;

namespace Akin.Search.Tests.Hybrid;

public sealed class HybridIndexTests : IDisposable
{
    private readonly TemporaryFolder _temporary = new();

    public void Dispose() => _temporary.Dispose();

    [Fact]
    public void Fuse_OfTwoRankings_AddsZScoresAndTrustsWordsThatPointAtOne()
    {
        // Of 1 and −1 as often, the mean is 0 and the deviation 1.
        ScoredDocument[] doubtful = [.. Ranking("w", 1, 1)], certain = [.. Ranking("w", 4, 1)], meaning = [.. Ranking("m", 1, 1)];
        HybridWeights weights = HybridWeights.OfMeaning(0.25);
        Assert.Equal(0.75, Score(weights.Fuse(doubtful, meaning), "w0"), 9);
        Assert.Equal(0.25, Score(weights.Fuse(doubtful, meaning), "m0"), 9);

        // Of words whose second score is a quarter of the first, meaning has a quarter of its weight; of words that found one document, a tenth.
        Assert.Equal(0.0625, Score(weights.Fuse(certain, meaning), "m0"), 9);
        Assert.Equal(0.025, Score(weights.Fuse(Ranking("w", 20, 0), meaning), "m0"), 9);
        Assert.StartsWith("m", HybridWeights.OfMeaning(1).Fuse(certain, meaning)[0].DocumentId, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => HybridWeights.OfMeaning(1.5));

        static ScoredDocument[] Ranking(string name, double first, double second) =>
            [.. Enumerable.Range(0, HybridWeights.Depth).Select(i => new ScoredDocument($"{name}{i}", i == 0 ? first : i < HybridWeights.Depth / 2 ? second : -1))];

        static double Score(IEnumerable<ScoredDocument> fused, string id) => fused.Single(document => document.DocumentId == id).Score;
    }

    [Fact]
    public void Fuse_OfFewDocumentsFoundByWords_CountsTheOthersAsThoseWithoutAWord()
    {
        ScoredDocument[] meaning = [.. Enumerable.Range(0, 100).Select(i => new ScoredDocument($"d{i}", 1 - (i / 100.0)))];
        IReadOnlyList<ScoredDocument> fused = HybridWeights.Equal.Fuse([new ScoredDocument("d60", 5)], meaning);
        Assert.Equal("d60", fused[0].DocumentId);
        Assert.Equal(meaning.Where(document => document.DocumentId != "d60").Select(document => document.DocumentId), fused.Skip(1).Select(document => document.DocumentId));
        Assert.Equal(meaning.Select(document => document.DocumentId), HybridWeights.Equal.Fuse([], meaning).Select(document => document.DocumentId));
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
