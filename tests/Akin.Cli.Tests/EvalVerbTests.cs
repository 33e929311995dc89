using System.IO.Compression;
using System.Text.Json;
using Akin.Pipelines;
using Akin.Search.Evaluation;
using Akin.Search.Lexical;
using Akin.Search.Lexical.Analysis;

namespace Akin.Cli.Tests;

public sealed class EvalVerbTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Theory]
    [InlineData("pairs.tsv")]
    [InlineData("pairs.tsv.gz")]
    public void Sts_Pairs_CorrelatesCosinesWithScores(string name)
    {
        (string First, string Second, double Score)[] pairs =
            [("a cat", "a cat", 5), ("\"a\" dog", "a cat", 2.5), ("one two three", "four", 0), ("the \"mat", "a mat", 4), ("river", "the river bank", 3.5)];
        string file = _folder.Write("pairs.tsv", ["id\tscore\tsentence2\tsentence1", .. pairs.Select((pair, id) => $"{id}\t{pair.Score}\t{pair.Second}\t{pair.First}")]);
        if (name.EndsWith(".gz", StringComparison.Ordinal))
        {
            file = Pack(file);
        }

        JsonElement result = JsonElement.Parse(AkinProcess.Run("eval", "sts", "--model", TinyModels.Sentence("mean"), "--data", file, "--json").Succeeded().Output);

        SentenceTransformer model = SentenceTransformer.FromPretrained(TinyModels.Sentence("mean"));
        double[] cosines = [.. pairs.Select(pair => (double)EmbeddingSimilarity.Similarity(SimilarityFunction.Cosine, model.Encode(pair.First), model.Encode(pair.Second)))];
        double[] scores = [.. pairs.Select(pair => pair.Score)];
        Assert.Equal(5, result.GetProperty("pairs").GetInt32());
        Assert.Equal(Correlation.Spearman(cosines, scores), result.GetProperty("spearman_cosine").GetDouble(), 1e-12);
        Assert.Equal(Correlation.Pearson(cosines, scores), result.GetProperty("pearson_cosine").GetDouble(), 1e-6);
    }

    [Fact]
    public void Sts_BadData_IsRefusedByFileLineAndColumn()
    {
        Sts(_folder["none.tsv"]).Refused("none.tsv");
        Sts(_folder.Write("columns.tsv", "a\tb\tscore", "x\ty\t1")).Refused("columns.tsv, line 1", "'sentence1'", "'a'");
        Sts(_folder.Write("score.tsv", "sentence1\tsentence2\tscore", "x\ty\t1", "x\ty\tgood")).Refused("score.tsv, line 3", "'good'");
        Sts(_folder.Write("ragged.tsv", "sentence1\tsentence2\tscore", "x\ty")).Refused("ragged.tsv, line 2", "2 cells");
        Sts(_folder.Write("one.tsv", "sentence1\tsentence2\tscore", "x\ty\t1")).Refused("one.tsv", "two");
        Sts(_folder.Write("empty.tsv")).Refused("empty.tsv", "empty");
    }

    [Fact]
    public void Sts_ScoresThatAreAllEqual_HaveNoCorrelation()
    {
        JsonElement result = JsonElement.Parse(Sts(_folder.Write("equal.tsv", "sentence1\tsentence2\tscore", "x\ty\t1", "a\tb\t1"), "--json").Succeeded().Output);
        Assert.Equal(JsonValueKind.Null, result.GetProperty("spearman_cosine").ValueKind);
    }

    [Fact]
    public void Retrieval_ByWords_NeedsNoModel()
    {
        string folder = Collection();
        JsonElement result = JsonElement.Parse(AkinProcess.Run("eval", "retrieval", "--mode", "bm25", "--analyzer", "english", "--k1", "0.9", "--data", folder, "--json").Succeeded().Output);
        BeirCollection collection = BeirCollection.Read(folder);
        RetrievalRun run = LexicalRetrieval.Run(collection, new Bm25Options { K1 = 0.9, Analyzer = new EnglishAnalyzer() });
        foreach ((string name, double value) in RetrievalFigures.Of(collection.Judgements, run))
        {
            Assert.Equal(value, result.GetProperty(name).GetDouble(), 1e-12);
        }

        AkinProcess.Run("eval", "retrieval", "--mode", "bm25", "--model", TinyModels.Sentence("mean"), "--data", folder).Refused("--model");
        AkinProcess.Run("eval", "retrieval", "--mode", "bm25", "--b", "2", "--data", folder).Refused("--b", "2");
    }

    [Fact]
    public void Retrieval_Collection_MeasuresTheRankingItWrites()
    {
        string folder = Collection();
        string run = _folder["out.trec"];
        JsonElement result = JsonElement.Parse(
            AkinProcess.Run("eval", "retrieval", "--model", TinyModels.Sentence("mean"), "--data", folder, "--run", run, "--json").Succeeded().Output);
        Assert.Equal((2, 4), (result.GetProperty("queries").GetInt32(), result.GetProperty("documents").GetInt32()));
        Assert.True(result.GetProperty("seconds").GetDouble() > 0);

        // The model's own cosines rank the documents; title and text are one text.
        SentenceTransformer model = SentenceTransformer.FromPretrained(TinyModels.Sentence("mean"));
        (string Id, string Text)[] documents = [("d1", "Cats a cat sat"), ("d2", "dogs run"), ("d3", "the river bank"), ("d4", "money in the bank")];
        RetrievalRun written = RetrievalRun.Read(run);
        Assert.Equal(["q1", "q3"], written.Queries);
        foreach ((string id, string query) in new[] { ("q1", "a cat"), ("q3", "bank") })
        {
            float[] vector = model.Encode(query);
            string[] expected = [.. documents.OrderByDescending(document => EmbeddingSimilarity.Similarity(SimilarityFunction.Cosine, vector, model.Encode(document.Text))).Select(document => document.Id)];
            Assert.Equal(expected, written[id].Select(document => document.DocumentId));
        }

        IReadOnlyDictionary<string, double> means = RetrievalEvaluation.Of(
            Judgements.Read(Path.Combine(folder, "qrels", "test.tsv")), written, RetrievalMeasure.NdcgAt(10), RetrievalMeasure.MapAt(100), RetrievalMeasure.ReciprocalRankAt(10)).Means;
        Assert.Equal(means["ndcg_cut_10"], result.GetProperty("ndcg@10").GetDouble(), 1e-12);
        Assert.Equal(means["map_cut_100"], result.GetProperty("map@100").GetDouble(), 1e-12);
        Assert.Equal(means["recip_rank_cut_10"], result.GetProperty("mrr@10").GetDouble(), 1e-12);
        Assert.Equal(1, result.GetProperty("recall@100").GetDouble());
    }

    [Fact]
    public void Retrieval_WithACrossEncoder_MeasuresItsOrderOfWhatWasFound()
    {
        string folder = Collection();
        (string found, string reranked) = (_folder["found.trec"], _folder["reranked.trec"]);
        string[] command = ["eval", "retrieval", "--model", TinyModels.Sentence("mean"), "--data", folder, "--json", "--run"];
        AkinProcess.Run([.. command, found]).Succeeded();
        JsonElement result = JsonElement.Parse(
            AkinProcess.Run([.. command, reranked, "--rerank", TinyModels.CrossEncoder(), "--rerank-top", "3"]).Succeeded().Output);

        CrossEncoder model = CrossEncoder.FromPretrained(TinyModels.CrossEncoder());
        Dictionary<string, string> documents = new() { ["d1"] = "Cats a cat sat", ["d2"] = "dogs run", ["d3"] = "the river bank", ["d4"] = "money in the bank" };
        (RetrievalRun before, RetrievalRun after) = (RetrievalRun.Read(found), RetrievalRun.Read(reranked));
        foreach ((string id, string query) in new[] { ("q1", "a cat"), ("q3", "bank") })
        {
            string[] top = [.. before[id].Take(3).Select(document => document.DocumentId)];
            string[] expected = [.. model.Rank(query, [.. top.Select(document => documents[document])]).Select(document => top[document.CorpusId]), before[id][3].DocumentId];
            Assert.Equal(expected, after[id].Select(document => document.DocumentId));
            Assert.Equal(after[id].OrderByDescending(document => document.Score), after[id]);
        }

        Assert.Equal(
            RetrievalEvaluation.Of(Judgements.Read(Path.Combine(folder, "qrels", "test.tsv")), after, RetrievalMeasure.NdcgAt(10)).Means["ndcg_cut_10"],
            result.GetProperty("ndcg@10").GetDouble(), 1e-12);
        AkinProcess.Run([.. command, found, "--rerank-top", "3"]).Refused("--rerank-top goes with --rerank");
        AkinProcess.Run([.. command, found, "--rerank", TinyModels.CrossEncoder("three-labels")]).Refused("three-labels", "3 scores", "contradiction, entailment, neutral");
    }

    [Fact]
    public void Retrieval_SplitAndPackedFiles_AreFound()
    {
        string folder = Collection();
        foreach (string file in (string[])["corpus.jsonl", "queries.jsonl", "qrels/test.tsv"])
        {
            Pack(Path.Combine(folder, file));
        }

        File.Move(Path.Combine(folder, "qrels", "test.tsv.gz"), Path.Combine(folder, "qrels", "dev.tsv.gz"));
        string[] command = ["eval", "retrieval", "--model", TinyModels.Sentence("mean"), "--data", folder];
        Assert.Contains("ndcg@10", AkinProcess.Run([.. command, "--split", "dev"]).Succeeded().Output);
        AkinProcess.Run(command).Refused("test.tsv", folder);
    }

    [Fact]
    public void Retrieval_BadData_IsRefusedByFileAndLine()
    {
        AkinProcess.Run("eval", "retrieval", "--model", TinyModels.Sentence(), "--data", _folder["none"]).Refused("none", "corpus.jsonl");
        string folder = Collection();
        File.AppendAllText(Path.Combine(folder, "corpus.jsonl"), "{\"_id\": \"d5\", \"text\"\n");
        AkinProcess.Run("eval", "retrieval", "--model", TinyModels.Sentence(), "--data", folder).Refused("corpus.jsonl, line 5", "not JSON");
    }

    public void Dispose() => _folder.Dispose();

    private static AkinResult Sts(string data, params string[] options) => AkinProcess.Run(["eval", "sts", "--model", TinyModels.Sentence(), "--data", data, .. options]);

    private static string Pack(string file)
    {
        using (GZipStream packed = new(File.Create(file + ".gz"), CompressionLevel.Fastest))
        {
            packed.Write(File.ReadAllBytes(file));
        }

        File.Delete(file);
        return file + ".gz";
    }

    private string Collection()
    {
        _folder.Write(
            "set/corpus.jsonl",
            """{"_id": "d1", "title": "Cats", "text": "a cat sat"}""",
            """{"_id": "d2", "title": "", "text": "dogs run"}""",
            """{"_id": "d3", "text": "the river bank"}""",
            """{"_id": "d4", "text": "money in the bank"}""");
        _folder.Write("set/queries.jsonl", """{"_id": "q1", "text": "a cat"}""", """{"_id": "q2", "text": "never judged"}""", """{"_id": "q3", "text": "bank"}""");
        _folder.Write("set/qrels/test.tsv", "query-id\tcorpus-id\tscore", "q1\td1\t1", "q3\td3\t1", "q3\td4\t2");
        return _folder["set"];
    }
}
