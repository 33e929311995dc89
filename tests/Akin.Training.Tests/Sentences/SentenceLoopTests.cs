using System.Text.Json;
using Akin.Pipelines;
using Akin.Training.FineTuning;
using Akin.Training.Sentences.Recipes;

namespace Akin.Training.Tests.Sentences;

public class SentenceLoopTests
{
    private const string Rounds = """
        rounds:
          - name: in-batch
            batch-size: 4
          - name: mined
            negatives: [bm25, model]
            max-score: 0.999999
            batch-size: 4
            epochs: 2

        """;

    [Fact]
    public void Run_OfTwoRounds_MinesTrainsAndMeasures_AndGoesOnWhereItStood()
    {
        using TemporaryFolder folder = new();
        SentenceRecipe recipe = SentenceRecipe.Read(Write(folder, Rounds));
        string output = Path.Combine(folder, "output");
        SentenceLoopResult result = SentenceLoop.Run(recipe, output);

        Assert.Equal(["untouched", "in-batch", "mined"], result.Rounds.Select(round => round.Name));
        Assert.All(result.Rounds, round => Assert.InRange(round.Metrics["eval_spearman_cosine"], -1, 1));
        Assert.Equal((12, 3), (result.Rounds[1].Examples, result.Rounds[1].Steps));
        string[] mined = File.ReadAllLines(Path.Combine(output, "rounds", "2-mined", "train.jsonl"));
        Assert.Equal(result.Rounds[2].Examples, mined.Length);
        Assert.True(mined.Length > 12); // both sources gave some
        Assert.All(mined.Select(line => JsonDocument.Parse(line).RootElement), row =>
            Assert.NotEqual(row.GetProperty("positive").GetString(), row.GetProperty("negative").GetString()));
        string[] texts = ["the bread", "a red two"];
        float[][] expected = SentenceTransformer.FromPretrained(output).Encode(texts);
        Assert.NotEqual(expected, SentenceTransformer.FromPretrained(recipe.Model).Encode(texts));

        // A round that lacks its result is run again; one that has it is not.
        Directory.Delete(Path.Combine(output, "rounds", "2-mined"), recursive: true);
        string weights = Path.Combine(output, "rounds", "1-in-batch", "model.safetensors");
        DateTime written = File.GetLastWriteTimeUtc(weights);
        SentenceLoopResult again = SentenceLoop.Run(recipe, output, resume: true);
        Assert.Equal(written, File.GetLastWriteTimeUtc(weights));
        Assert.Equal(result.Rounds[2].Metrics["eval_spearman_cosine"], again.Rounds[2].Metrics["eval_spearman_cosine"]);
        Assert.Equal(expected, SentenceTransformer.FromPretrained(output).Encode(texts));

        Assert.Contains("rounds of an earlier run", Assert.Throws<TrainingOptionException>(() => SentenceLoop.Run(recipe, output)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("rounds:\n  - epoch: 1\n", "line 4", "no field 'epoch'", "epochs")]
    [InlineData("rounds:\n  - epochs: many\n", "line 4", "'epochs' is 'many'")]
    [InlineData("rounds:\n  - negatives: [bm25, elastic]\n", "line 4", "'elastic'", "bm25, model, random")]
    [InlineData("rounds:\n  - margin: 0.1\n", "line 4", "negatives of the model")]
    [InlineData("rounds:\n  - name: a/b\n", "line 4", "'a/b'")]
    [InlineData("rounds: []\n", "line 3", "at least one")]
    [InlineData("rounds:\n  - name: a\n  - name: a\n", "two rounds are called 'a'")]
    [InlineData("round: [\n", "line", "not YAML")]
    public void Read_OfARecipeThatIsWrong_NamesTheLine(string rounds, params string[] expected)
    {
        using TemporaryFolder folder = new();
        RecipeException error = Assert.Throws<RecipeException>(() => SentenceRecipe.Read(Write(folder, rounds, evaluation: "")));
        Assert.StartsWith(Path.Combine(folder, "loop.yaml"), error.Message, StringComparison.Ordinal);
        Assert.All(expected, part => Assert.Contains(part, error.Message, StringComparison.Ordinal));
    }

    [Fact]
    public void Read_WithoutAModel_SaysWhatIsMissing()
    {
        using TemporaryFolder folder = new();
        string file = Path.Combine(folder, "loop.yaml");
        File.WriteAllText(file, "train: pairs.jsonl\nrounds: [{}]\n");
        Assert.Contains("'model' is missing", Assert.Throws<RecipeException>(() => SentenceRecipe.Read(file)).Message, StringComparison.Ordinal);
    }

    /// <summary>A recipe on the goldens' tiny model, with its data beside it.</summary>
    private static string Write(string folder, string rounds, string evaluation = "eval-sts: sts.tsv\n")
    {
        File.WriteAllText(
            Path.Combine(folder, "pairs.jsonl"),
            string.Concat(Enumerable.Range(0, 12).Select(i => $$"""{"anchor": "the {{(char)('a' + i)}} bread", "positive": "bread {{(char)('a' + i)}} two"}""" + "\n")));
        File.WriteAllText(Path.Combine(folder, "sts.tsv"), "sentence1\tsentence2\tscore\nthe bread\tbread\t5\nthe bread\tred two\t1\ntwo\tbread red\t0\n");
        string file = Path.Combine(folder, "loop.yaml");
        File.WriteAllText(file, $"model: {Repository.Golden("training", "trajectories", "st_mnrl", "model")}\ntrain: pairs.jsonl\n{evaluation}{rounds}");
        return file;
    }
}
