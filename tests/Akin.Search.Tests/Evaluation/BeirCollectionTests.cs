using Akin.Search.Evaluation;

namespace Akin.Search.Tests.Evaluation;

public sealed class BeirCollectionTests
{
    [SharedFact("data/ir-scifact-beir")]
    public void Read_SciFact_HasItsPublishedCounts()
    {
        BeirCollection collection = BeirCollection.Read(Repository.Shared("data", "ir-scifact-beir"));
        Assert.Equal((5183, 300, 300), (collection.Documents.Count, collection.Queries.Count, collection.Judgements.Queries.Count));
        Assert.Equal("4983", collection.Documents[0].Id);
        Assert.StartsWith("Microstructural development", collection.Documents[0].EmbeddingText);
    }

    [Theory]
    [InlineData("corpus.jsonl", "not json", "line 2: it is not JSON")]
    [InlineData("corpus.jsonl", "[1]", "line 2: it is a JSON Array")]
    [InlineData("corpus.jsonl", """{"text":"x"}""", "line 2: it has neither '_id' nor 'id'")]
    [InlineData("corpus.jsonl", """{"_id":"a","text":{}}""", "line 2: 'text' is a JSON Object")]
    [InlineData("corpus.jsonl", """{"_id":"a","text":"\ud800"}""", "line 2: it is not JSON")]
    [InlineData("corpus.jsonl", """{"_id":"d1","text":"x"}""", "line 2: document 'd1' is there twice")]
    [InlineData("qrels.tsv", "q1 d1", "line 2: it has 2 columns")]
    public void Read_BadLine_NamesFileLineAndFinding(string file, string line, string finding)
    {
        using TemporaryFolder folder = new();
        Write(folder);
        File.AppendAllText(folder[file], line + "\n");
        EvaluationFileException error = Assert.Throws<EvaluationFileException>(() => BeirCollection.Read(folder.Path));
        Assert.Contains(finding, error.Message);
        Assert.Equal(folder[file], error.Path);
    }

    [Fact]
    public void Read_MissingFile_SaysWhatAFolderHas()
    {
        using TemporaryFolder folder = new();
        Assert.Contains("corpus.jsonl", Assert.Throws<EvaluationFileException>(() => BeirCollection.Read(folder.Path)).Message);
    }

    [Fact]
    public void Run_WithAnEncoder_RanksByCosine()
    {
        using TemporaryFolder folder = new();
        Write(folder);
        File.AppendAllText(folder["corpus.jsonl"], """{"id":2,"text":"pears pears"}""" + "\n" + """{"_id":"d3","title":"red","text":"apples"}""" + "\n");
        BeirCollection collection = BeirCollection.Read(folder.Path);
        Assert.Equal(["d1", "2", "d3"], collection.Documents.Select(document => document.Id));
        Assert.Equal(["q1"], collection.Queries.Select(query => query.Key));
        RetrievalRun run = DenseRetrieval.Run(collection, new WordEncoder(), depth: 2);
        Assert.Equal(["d3", "d1"], run["q1"].Select(document => document.DocumentId));
        Assert.Equal(1, run["q1"][0].Score, 6);
        Assert.Equal(0.5, RetrievalEvaluation.Of(collection.Judgements, run, RetrievalMeasure.ReciprocalRank).Means["recip_rank"]);
    }

    private static void Write(TemporaryFolder folder)
    {
        File.WriteAllText(folder["corpus.jsonl"], """{"_id":"d1","title":"","text":"apples"}""" + "\n");
        File.WriteAllText(folder["queries.jsonl"], """{"_id":"q1","text":"red apples"}""" + "\n" + """{"_id":"q2","text":"not judged"}""" + "\n");
        File.WriteAllText(folder["qrels.tsv"], "q1\td1\t1\n");
    }
}
