using System.Text.Json;
using System.Text.RegularExpressions;
using Akin.Search.Evaluation;
using Akin.Search.Lexical;

namespace Akin.Search.Tests.Lexical;

public sealed partial class Bm25IndexTests
{
    // The goldens hold nine decimals of a double.
    private const double Tolerance = 1e-8;

    private static readonly JsonElement Golden = JsonElement.Parse(File.ReadAllBytes(Repository.Golden("search", "bm25", "small_scores.json")));

    [Fact]
    public void Score_OfEveryQueryAndDocument_EqualsBm25s()
    {
        string[] documents = Texts("documents"), queries = Texts("queries");
        JsonElement[] settings = [.. Golden.GetProperty("results").EnumerateArray().Where(result =>
            result.GetProperty("library").GetString() == "bm25s" && result.GetProperty("method").GetString() == "lucene")];
        Assert.Equal(5, settings.Length);
        foreach (JsonElement setting in settings)
        {
            Bm25Index index = new(documents, new Bm25Options { K1 = setting.GetProperty("k1").GetDouble(), B = setting.GetProperty("b").GetDouble(), Analyzer = new Blanks() });
            for (int query = 0; query < queries.Length; query++)
            {
                double[] expected = [.. setting.GetProperty("scores")[query].EnumerateArray().Select(score => score.GetDouble())];
                Dictionary<int, double> hits = index.Search(queries[query], documents.Length).ToDictionary(hit => hit.Document, hit => hit.Score);
                for (int document = 0; document < documents.Length; document++)
                {
                    Assert.Equal(expected[document], index.Score(queries[query], document), Tolerance);
                    Assert.Equal(expected[document], hits.GetValueOrDefault(document), Tolerance);
                }
            }
        }
    }

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
    }

    private static double Ndcg(BeirCollection collection, ITextAnalyzer analyzer)
    {
        Bm25Index index = new(collection.Documents.Select(document => document.EmbeddingText), new Bm25Options { Analyzer = analyzer });
        RetrievalRun run = new();
        foreach ((string id, string text) in collection.Queries)
        {
            run.Add(id, [.. index.Search(text, 100).Select(hit => new ScoredDocument(collection.Documents[hit.Document].Id, hit.Score))]);
        }

        RetrievalMeasure measure = RetrievalMeasure.NdcgAt(10);
        return RetrievalEvaluation.Of(collection.Judgements, run, measure).Means[measure.Name];
    }

    private static string[] Texts(string property) =>
        [.. Golden.GetProperty(property).EnumerateArray().Select(words => string.Join(' ', words.EnumerateArray().Select(word => word.GetString())))];

    private sealed class Blanks : ITextAnalyzer
    {
        public IEnumerable<string> Terms(string text) => text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
    }

    private sealed partial class AsciiWords : ITextAnalyzer
    {
        public IEnumerable<string> Terms(string text) => Word().Matches(text.ToLowerInvariant()).Select(match => match.Value);

        [GeneratedRegex("[a-z0-9]+")]
        private static partial Regex Word();
    }
}
