using Akin.Kernels;
using Akin.Search.Filters;
using Akin.Search.Hybrid;
using Akin.Search.Lexical;
using Akin.Search.Lexical.Queries;
using Akin.Search.Ranking;
using Akin.Search.Storage;
using Akin.Search.Vectors;

namespace Akin.Search.Tests.Hybrid;

public sealed class HybridIndexTests : IDisposable
{
    private readonly TemporaryFolder _temporary = new();

    public void Dispose() => _temporary.Dispose();

    [Fact]
    public void Score_OfADocument_IsItsBm25AndItsNearnessInDeviations()
    {
        // Of 3 and 1 as often, the deviation is 1; the last of the hundred is 1.
        RowScore[] meaning = [.. Enumerable.Range(0, 150).Select(i => new RowScore(i, i < 50 ? 3 : i < 100 ? 1 : -7))];
        HybridWeights weights = HybridWeights.OfMeaning(0.25);
        HybridScore doubtful = new(weights, Words(5, 5), meaning);
        Assert.Equal(0.75 * 4, doubtful.OfWords(4), 9);
        Assert.Equal(0.25 * 0.7 * 2, doubtful.OfMeaning(3), 9);
        Assert.Equal(0, doubtful.OfMeaning(1), 9);
        Assert.Equal(0.25 * 0.7 * -8, doubtful.OfMeaning(-7), 9);

        // Of words whose second score is a quarter of the first, meaning has a quarter of its weight; of words that found one document, a tenth.
        Assert.Equal(0.25 * 0.7 * 2 / 4, new HybridScore(weights, Words(4, 1), meaning).OfMeaning(3), 9);
        Assert.Equal(0.25 * 0.7 * 2 / 10, new HybridScore(weights, Words(20), meaning).OfMeaning(3), 9);
        Assert.Equal(0.25 * 0.7 * 2, new HybridScore(weights, [], meaning).OfMeaning(3), 9);

        // Where meaning is all that counts, it counts wholly; where all documents are alike, their order is that of words.
        Assert.Equal(0.7 * 2, new HybridScore(HybridWeights.OfMeaning(1), Words(4, 1), meaning).OfMeaning(3), 9);
        Assert.Equal(0, new HybridScore(weights, Words(4, 1), [new RowScore(1, 0.5f), new RowScore(2, 0.5f)]).OfMeaning(0.5), 9);
        Assert.Throws<ArgumentOutOfRangeException>(() => HybridWeights.OfMeaning(1.5));

        static RowHit[] Words(params double[] scores) => [.. scores.Select((score, i) => new RowHit(i, score))];
    }

    [Fact]
    public void Find_WhatOneSearchAloneFound_HasTheScoresOfBoth()
    {
        using DocumentStore store = StoreOf(new WordEncoder(), count: 400);
        using SemanticIndex meaning = new(store, new WordEncoder());
        using LexicalIndex words = new(store);
        const string Query = "winter harbour250 garden7 stone3";
        float[] vector = new WordEncoder().Encode([Query], default)[0];
        IReadOnlyList<ExplainedHit> found = new HybridIndex(meaning, words, HybridWeights.Equal).Find(Query, vector, 300);
        Dictionary<string, float> near = meaning.Vectors.Search(vector, 400).ToDictionary(hit => hit.Document.Id, hit => hit.Score);
        Dictionary<string, float> matching = words.Search(Query, 400).ToDictionary(hit => hit.Document.Id, hit => hit.Score);
        Assert.Contains(found, hit => hit.Meaning!.Value.Rank is null);
        Assert.Contains(found, hit => hit.Words is { Rank: null });
        Assert.All(found, hit =>
        {
            Assert.Equal(near[hit.Document.Id], hit.Meaning!.Value.Score, 5);
            Assert.Equal(matching.TryGetValue(hit.Document.Id, out float score) ? score : null, hit.Words?.Score);
        });
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

    private DocumentStore StoreOf(IEncoder encoder, int count = 60)
    {
        Document[] documents =
        [
            .. Enumerable.Range(0, count).Select(i => new Document($"d{i}", $"This is a sentence of winter harbour{i}. Another one speaks of garden{i * 7} and stone{i}.")
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
