using System.Text.Json;
using System.Text.RegularExpressions;
using Akin.Search.Evaluation;
using Akin.Search.Lexical;
using Akin.Search.Lexical.Analysis;

namespace Akin.Search.Tests.Lexical;

public sealed partial class Bm25IndexTests
{
    // The goldens hold nine decimals of a double.
    private const double Tolerance = 1e-8;

    private static readonly JsonElement Golden = JsonElement.Parse(File.ReadAllBytes(Repository.Golden("search", "bm25", "small_scores.json")));

    [Theory]
    [InlineData(Bm25Method.Lucene, "lucene")]
    [InlineData(Bm25Method.Robertson, "robertson")]
    [InlineData(Bm25Method.Atire, "atire")]
    [InlineData(Bm25Method.Bm25L, "bm25l")]
    [InlineData(Bm25Method.Bm25Plus, "bm25+")]
    public void Score_OfEveryQueryAndDocument_EqualsBm25s(Bm25Method method, string name)
    {
        string[] documents = Texts("documents"), queries = Texts("queries");
        JsonElement[] settings = Settings("bm25s", name);
        Assert.Equal(5, settings.Length);
        foreach (JsonElement setting in settings)
        {
            Bm25Index index = new(documents, OptionsOf(setting, method));
            for (int query = 0; query < queries.Length; query++)
            {
                double[] expected = [.. setting.GetProperty("scores")[query].EnumerateArray().Select(score => score.GetDouble())];
                Dictionary<int, double> hits = index.Search(queries[query], documents.Length).ToDictionary(hit => hit.Document, hit => hit.Score);
                // What a document scores without any of the words.
                double floor = expected.Min();
                for (int document = 0; document < documents.Length; document++)
                {
                    Assert.Equal(expected[document], index.Score(queries[query], document), Tolerance);
                    Assert.Equal(expected[document], hits.GetValueOrDefault(document, floor), Tolerance);
                }
            }
        }
    }

    [Fact]
    public void Score_WithTheStoredLength_IsLucenesToTheLastBit()
    {
        string[] documents = Texts("documents"), queries = Texts("queries");
        JsonElement[] settings = Settings("lucene", "BM25Similarity");
        Assert.Equal(5, settings.Length);
        foreach (JsonElement setting in settings)
        {
            Bm25Index index = new(documents, OptionsOf(setting, Bm25Method.LuceneStoredLength));
            for (int query = 0; query < queries.Length; query++)
            {
                Assert.Equal(
                    setting.GetProperty("scores")[query].EnumerateArray().Select(score => score.GetSingle()),
                    Enumerable.Range(0, documents.Length).Select(document => (float)index.Score(queries[query], document)));
            }
        }
    }

    [Fact]
    public void StoredLength_OfEveryLength_IsTheNextThatLucenesByteHolds()
    {
        using JsonDocument facts = JsonDocument.Parse(File.ReadAllBytes(Repository.Golden("search", "analysis", "lucene_facts.json")));
        int[] lengths = [.. facts.RootElement.GetProperty("stored_lengths").EnumerateArray().Select(length => length.GetInt32())];
        for (int length = 0; length < 100_000; length++)
        {
            Assert.Equal(lengths[(Array.BinarySearch(lengths, length) is >= 0 and int place ? place : ~Array.BinarySearch(lengths, length) - 1)], StoredLength.Of(length));
        }

        Assert.All(lengths, length => Assert.Equal(length, StoredLength.Of(length)));
    }

    [Theory]
    [InlineData(-0.1, 0.5, 0.5)]
    [InlineData(1.2, -0.1, 0.5)]
    [InlineData(1.2, 1.1, 0.5)]
    [InlineData(1.2, 0.5, -1)]
    public void Index_WithAWeightOutOfItsBounds_Refuses(double k1, double b, double delta) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new Bm25Index([], new Bm25Options { K1 = k1, B = b, Delta = delta }));

    [Fact]
    public void Search_WithEqualScores_TakesTheEarlierDocument()
    {
        Bm25Index index = new(["red apple", "green pear", "red apple", "red apple", "", "red apple pie"]);
        Assert.Equal([0, 2, 3], index.Search("apple", 3).Select(hit => hit.Document));
        Assert.Equal([0, 2], index.Search("apple", 2).Select(hit => hit.Document));
        Assert.Equal([0, 2, 3, 5], index.Search("apple", 9).Select(hit => hit.Document));
        Assert.Empty(index.Search("plum", 3));
        Assert.Empty(index.Search("", 3));
        Assert.Empty(new Bm25Index([]).Search("apple", 3));
    }

    [Theory]
    [InlineData("The U.S. has 3 cafés, naïve_café!", "the u s has 3 cafés naïve café")]
    [InlineData("환불은 7일 안에", "환불 불은 7 일 안에")]
    [InlineData("如何重置密码？", "如何 何重 重置 置密 密码")]
    [InlineData("東京タワー tower", "東京 京タ タワ ワー tower")]
    [InlineData("𠮷野家", "𠮷野 野家")]
    [InlineData("", "")]
    public void WordAnalyzer_OfAText_GivesWordsAndPairsOfCharacters(string text, string terms) =>
        Assert.Equal(terms, string.Join(' ', new WordAnalyzer().Terms(text)));

    [Fact]
    public void WordAnalyzer_WithoutPairs_KeepsRunsOfLetters() =>
        Assert.Equal(["환불은", "7일", "안에"], new WordAnalyzer { PairsOfCharacters = false }.Terms("환불은 7일 안에"));

    [SharedFact("data/ir-scifact-beir")]
    public void Search_OfSciFact_ReachesTheReference()
    {
        // golden/training/real_runs: BM25 nDCG@10 0.6622 with words of [a-z0-9]; words of all letters and signs of other scripts differ in a few documents.
        BeirCollection collection = BeirCollection.Read(Repository.Shared("data", "ir-scifact-beir"));
        Assert.Equal(0.6622, Ndcg(collection, new AsciiWords()), 0.0002);
        Assert.Equal(0.6622, Ndcg(collection, new WordAnalyzer()), 0.002);
        // golden/search: Lucene's analyser with exact lengths.
        Assert.Equal(0.6777, Ndcg(collection, LexicalRetrieval.Run(collection, new Bm25Options { K1 = 0.9, B = 0.4, Analyzer = new EnglishAnalyzer() })), 0.0005);
    }

    [SharedTheory("data/ir-scifact-beir", "data/ir-med")]
    [InlineData("ir-scifact-beir", "", "anserini", 0.9, 0.4, 0.6789)]
    [InlineData("ir-med", "beir", "lucene", 1.2, 0.75, 0.6895)]
    public void Search_WithTheStoredLength_GivesLucenesRun(string name, string folder, string run, double k1, double b, double ndcg)
    {
        BeirCollection collection = BeirCollection.Read(Repository.Shared("data", name, folder));
        Bm25Options options = new() { Method = Bm25Method.LuceneStoredLength, K1 = k1, B = b, Analyzer = new EnglishAnalyzer() };
        RetrievalRun found = LexicalRetrieval.Run(collection, options);
        Assert.Equal(ndcg, Ndcg(collection, found), 0.0001);
        RetrievalRun expected = RetrievalRun.Read(Repository.Golden("search", "runs", $"{name}.english.{run}.run.gz"));
        foreach (string query in collection.Queries.Select(query => query.Key))
        {
            Assert.Equal(expected[query].Select(hit => (float)hit.Score), found[query].Select(hit => (float)hit.Score));
            // Of equal scores Lucene's run has the smaller identifier first, ours the earlier document: at the end of the list others may have come in.
            double last = found[query].Count == 0 ? 0 : found[query][^1].Score;
            Assert.Equal(
                expected[query].Where(hit => (float)hit.Score > last).OrderByDescending(hit => (float)hit.Score).ThenBy(hit => hit.DocumentId, StringComparer.Ordinal).Select(hit => hit.DocumentId),
                found[query].Where(hit => hit.Score > last).OrderByDescending(hit => hit.Score).ThenBy(hit => hit.DocumentId, StringComparer.Ordinal).Select(hit => hit.DocumentId));
        }
    }

    private static double Ndcg(BeirCollection collection, ITextAnalyzer analyzer) => Ndcg(collection, LexicalRetrieval.Run(collection, new Bm25Options { Analyzer = analyzer }));

    private static double Ndcg(BeirCollection collection, RetrievalRun run)
    {
        RetrievalMeasure measure = RetrievalMeasure.NdcgAt(10);
        return RetrievalEvaluation.Of(collection.Judgements, run, measure).Means[measure.Name];
    }

    private static JsonElement[] Settings(string library, string method) =>
        [.. Golden.GetProperty("results").EnumerateArray().Where(result => result.GetProperty("library").GetString() == library && result.GetProperty("method").GetString() == method)];

    private static Bm25Options OptionsOf(JsonElement setting, Bm25Method method) => new()
    {
        Method = method,
        K1 = setting.GetProperty("k1").GetDouble(),
        B = setting.GetProperty("b").GetDouble(),
        Delta = setting.TryGetProperty("delta", out JsonElement delta) ? delta.GetDouble() : 0.5,
        Analyzer = new Blanks(),
    };

    private static string[] Texts(string property) =>
        [.. Golden.GetProperty(property).EnumerateArray().Select(words => string.Join(' ', words.EnumerateArray().Select(word => word.GetString())))];

    private sealed class Blanks : ITextAnalyzer
    {
        public IEnumerable<TextToken> Analyze(string text) =>
            text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(word => new TextToken(word, 0, text.Length, TokenType.Word));
    }

    private sealed partial class AsciiWords : ITextAnalyzer
    {
        public IEnumerable<TextToken> Analyze(string text) =>
            Word().Matches(text.ToLowerInvariant()).Select(match => new TextToken(match.Value, match.Index, match.Index + match.Length, TokenType.Word));

        [GeneratedRegex("[a-z0-9]+")]
        private static partial Regex Word();
    }
}
