using System.Text.Json;

namespace Akin.Cli.Tests;

/// <summary><c>akin train sentence</c> on the goldens' tiny model; what is learned is checked in Akin.Training.Tests.</summary>
public sealed class TrainSentenceTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("akin-sentence-").FullName;

    private string Model => Path.Combine(_folder, "model");

    private string Output => Path.Combine(_folder, "output");

    public TrainSentenceTests() => TinyModel.In(Model);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Sentence_OfPairs_EndsWithALineOfJsonAndAModelThatEmbeds()
    {
        string train = Write("pairs.jsonl", string.Concat(Enumerable.Range(0, 12).Select(i => $$"""{"anchor": "the {{Number(i)}} bread", "positive": "bread {{Number(i)}}"}""" + "\n")));
        string sts = Write("sts.tsv", "sentence1\tsentence2\tscore\nthe bread\tbread\t5\nthe bread\tred two\t1\ntwo\tbread red\t0\n");
        AkinResult trained = AkinProcess.Run(
            "train", "sentence", "--model", Model, "--train", train, "--eval", train, "--eval-sts", sts, "--output", Output, "--epochs", "2", "--batch-size", "4",
            "--loss", "CachedMultipleNegativesRankingLoss", "--mini-batch", "3", "--matryoshka", "32,16", "--prompt", "anchor=query: ", "--json").Succeeded();
        JsonElement result = JsonDocument.Parse(trained.Output).RootElement;
        Assert.Equal(6, result.GetProperty("steps").GetInt32());
        Assert.InRange(result.GetProperty("eval_spearman_cosine").GetDouble(), -1, 1);
        Assert.True(result.GetProperty("eval_loss").GetDouble() > 0);
        Assert.True(result.GetProperty("train_seconds").GetDouble() > 0);

        JsonElement after = JsonDocument.Parse(AkinProcess.Run("eval", "sts", "--model", Output, "--data", sts, "--json").Succeeded().Output).RootElement;
        Assert.Equal(result.GetProperty("eval_spearman_cosine").GetDouble(), after.GetProperty("spearman_cosine").GetDouble());
        Assert.Contains("| pairs.jsonl | 12 | anchor, positive | MatryoshkaLoss |", File.ReadAllText(Path.Combine(Output, "README.md")));
        Assert.True(File.Exists(Path.Combine(Output, "report.html")));
    }

    [Fact]
    public void Sentence_OfTextsThatDoNotFit_SaysWhatTheLossWants()
    {
        string pairs = Write("pairs.csv", "anchor,positive\na,b\nc,d\n");
        string[] run = ["train", "sentence", "--model", Model, "--train", pairs, "--output", Output];
        AkinProcess.Run([.. run, "--loss", "CosineSimilarityLoss"]).Refused("CosineSimilarityLoss wants", "with a score", "anchor, positive");
        AkinProcess.Run([.. run, "--loss", "Nonsense"]).Refused("'Nonsense'", "MultipleNegativesRankingLoss");
        AkinProcess.Run([.. run, "--columns", "anchor,answer"]).Refused("pairs.csv, line 2", "no column 'answer'", "'positive'");
        AkinProcess.Run([.. run, "--loss", "GISTEmbedLoss"]).Refused("guide");
        AkinProcess.Run([.. run, "--prompt", "query"]).Refused("COLUMN=TEXT");
        AkinProcess.Run([.. run, "--matryoshka", "32,x"]).Refused("'x'");
        string scores = Write("scores.csv", "sentence1,sentence2,score\na,b,high\n");
        AkinProcess.Run("train", "sentence", "--model", Model, "--train", scores, "--output", Output, "--loss", "CoSENTLoss").Refused("scores.csv, line 2", "'high'");
        string same = Write("same.csv", "anchor,positive\na,b\na,b\na,b\n");
        AkinProcess.Run("train", "sentence", "--model", Model, "--train", same, "--output", Output).Refused("same.csv", "negatives");
        Assert.False(Directory.Exists(Path.Combine(Output, "checkpoint-1")));
    }

    [Fact]
    public void Sentence_OfARecipe_RunsItsRounds()
    {
        Write("pairs.jsonl", string.Concat(Enumerable.Range(0, 12).Select(i => $$"""{"anchor": "the {{Number(i)}} bread", "positive": "bread {{Number(i)}}"}""" + "\n")));
        Write("sts.tsv", "sentence1\tsentence2\tscore\nthe bread\tbread\t5\nthe bread\tred two\t1\ntwo\tbread red\t0\n");
        string recipe = Write("loop.yaml", "model: model\ntrain: pairs.jsonl\neval-sts: sts.tsv\nrounds:\n  - name: in-batch\n  - name: mined\n    negatives: bm25\n");
        AkinResult run = AkinProcess.Run("train", "sentence", "--recipe", recipe, "--output", Output, "--json").Succeeded();
        JsonElement rounds = JsonDocument.Parse(run.Output).RootElement.GetProperty("rounds");
        Assert.Equal(["untouched", "in-batch", "mined"], rounds.EnumerateArray().Select(round => round.GetProperty("name").GetString()));
        Assert.All(rounds.EnumerateArray(), round => Assert.InRange(round.GetProperty("eval_spearman_cosine").GetDouble(), -1, 1));

        string lines = AkinProcess.Run("train", "sentence", "--recipe", recipe, "--output", Output, "--resume").Succeeded().Output;
        Assert.Contains("in-batch: 12 examples, 1 steps", lines);
        AkinProcess.Run("train", "sentence", "--recipe", recipe, "--output", Output, "--epochs", "3").Refused("--epochs", "--recipe", "exclude");
        AkinProcess.Run("train", "sentence", "--output", Output).Refused("--train is needed, or --recipe");
        AkinProcess.Run("train", "sentence", "--recipe", Write("bad.yaml", "model: model\ntrain: pairs.jsonl\nrounds:\n  - epoch: 1\n"), "--output", Output).Refused("bad.yaml, line 4", "'epoch'");
    }

    [Theory]
    [InlineData("DenoisingAutoEncoderLoss")]
    [InlineData("ContrastiveTensionLoss")]
    public void Train_OnSentencesOnly_MakesExamplesOfThem(string loss)
    {
        string texts = Write("texts.txt", string.Join('\n', Enumerable.Range(0, 16).Select(i => $"the {Number(i)} bread {Number(i + 1)} red {Number(i + 2)}")));
        AkinProcess.Run("train", "sentence", "--model", Model, "--train", texts, "--loss", loss, "--max-steps", "2", "--output", Output).Succeeded();
        Assert.Contains($"| texts.txt | 16 | {(loss == "ContrastiveTensionLoss" ? "sentence1, sentence2" : "damaged, original")} | {loss} |", File.ReadAllText(Path.Combine(Output, "README.md")));
        AkinProcess.Run("train", "sentence", "--model", Model, "--train", texts, "--output", Path.Combine(Output, "no")).Refused("anchor, positive", "text");
    }

    private static string Number(int i) => ((char)('a' + i)).ToString();

    private string Write(string name, string text)
    {
        string path = Path.Combine(_folder, name);
        File.WriteAllText(path, text);
        return path;
    }
}
