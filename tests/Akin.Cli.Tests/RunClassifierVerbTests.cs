using System.CommandLine;
using System.Text.Json;
using Akin.Cli.Verbs;

namespace Akin.Cli.Tests;

/// <summary><c>akin train run-classifier</c> with google's own kinds of files; what is learned is checked in Akin.Training.Tests.</summary>
public sealed class RunClassifierVerbTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("akin-run-classifier-").FullName;

    private string Output => Path.Combine(_folder, "output");

    public RunClassifierVerbTests()
    {
        Write("train.tsv", "Quality\t#1 ID\t#2 ID\t#1 String\t#2 String\n" + string.Concat(Enumerable.Repeat("1\t1\t2\tfresh bread\tbread\n0\t3\t4\tred two\tbread\n", 20)));
        Write("dev.tsv", "Quality\t#1 ID\t#2 ID\t#1 String\t#2 String\n1\t1\t2\tfresh bread\tbread\n0\t3\t4\tred two\tbread\n0\t3\t4\tred two\tbread\n");
        Write("test.tsv", "index\t#1 ID\t#2 ID\t#1 String\t#2 String\n0\t1\t2\tfresh bread\tbread\n1\t3\t4\tred two\tbread\n");
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void RunClassifier_WithTheScriptsFlags_WritesItsFilesAndGoesOn()
    {
        string[] command = Command(
            "--do_train=true", "--do_eval=true", "--do_predict", "--train_batch_size=8", "--learning_rate=5e-3", "--num_train_epochs=8.0",
            "--use_tpu=False", "--iterations_per_loop=1000", "--num_tpu_cores=8", "--json");
        AkinResult first = AkinProcess.Run(command).Succeeded();
        JsonElement result = JsonDocument.Parse(first.Output.TrimEnd('\n').Split('\n')[^1]).RootElement;
        Assert.Equal(1, result.GetProperty("eval_accuracy").GetDouble());
        Assert.Equal(1, result.GetProperty("eval_f1").GetDouble());
        Assert.Equal(40, result.GetProperty("global_step").GetInt32());
        Assert.Equal(2, result.GetProperty("predictions").GetInt32());
        Assert.True(result.GetProperty("train_seconds").GetDouble() > 0);
        Assert.Contains("40/40", first.Error);
        Assert.Equal(2, File.ReadLines(Path.Combine(Output, "test_results.tsv")).Count());
        string results = File.ReadAllText(Path.Combine(Output, "eval_results.txt"));
        Assert.Matches("^eval_accuracy = 1.0\neval_loss = [0-9.e-]+\nglobal_step = 40\nloss = [0-9.e-]+\n$", results);

        AkinResult again = AkinProcess.Run(command).Succeeded();
        Assert.DoesNotContain("/40 epoch", again.Error);
        Assert.Equal(results, File.ReadAllText(Path.Combine(Output, "eval_results.txt")));

        AkinResult evaluated = AkinProcess.Run("train", "run-classifier", "--task_name", "mrpc", "--do_eval", "--data_dir", _folder, "--max_seq_length", "32", "--output_dir", Output).Succeeded();
        Assert.Contains("eval_accuracy                1\n", evaluated.Output);
        Assert.Contains("global_step                  40\n", evaluated.Output);
    }

    [Fact]
    public void RunClassifier_WithoutTraining_SaysThatTheResultsAreThoseOfChance() =>
        Assert.Contains("Nothing has trained classifier.", AkinProcess.Run(Command("--do_eval")).Succeeded().Error);

    [Fact]
    public void RunClassifier_OfWhatItCannotDo_IsRefusedByName()
    {
        AkinProcess.Run(Command()).Refused("At least one of do_train, do_eval and do_predict must be true");
        AkinProcess.Run(Command("--do_train=maybe")).Refused("--do_train is true or false, and 'maybe' is neither");
        AkinProcess.Run(Command("--do_eval", "--use_tpu=true", "--tpu_name=tpu-1")).Refused("--use_tpu asks for a TPU");
        AkinProcess.Run(Command("--do_eval", "--tpu_name=tpu-1")).Refused("--tpu_name asks for a TPU");
        AkinProcess.Run(Command("--do_eval", "--local_rank", "0")).Refused("--local_rank=0 asks for several processes");
        AkinProcess.Run(Command("--do_eval", "--fp16")).Refused("--fp16 asks for half precision");
        AkinProcess.Run(Command("--do_eval", "--task_name=sst")).Refused("there is no task 'sst'; tasks are cola, mnli");
        AkinProcess.Run(Command("--do_eval", "--max_seq_length=64")).Refused("max_seq_length is 64", "up to 32");
        AkinProcess.Run(Command("--do_eval", "--task_name=cola", "--data_dir=/none")).Refused("/none/dev.tsv");
        File.Delete(Path.Combine(_folder, "dev.tsv"));
        AkinProcess.Run(Command("--do_train", "--do_eval")).Refused("dev.tsv");
        Assert.False(Directory.Exists(Output));
    }

    [Theory]
    [InlineData("--do_train", true)]
    [InlineData("--do_train=true", true)]
    [InlineData("--do_train=True", true)]
    [InlineData("--do_train true", true)]
    [InlineData("--do_train 1", true)]
    [InlineData("--do_train=t", true)]
    [InlineData("--do_train=false", false)]
    [InlineData("--do_train=False", false)]
    [InlineData("--do_train False", false)]
    [InlineData("--do_train 0", false)]
    [InlineData("--do_train --do_eval=false", true)]
    [InlineData("--do_eval", null)]
    public void RunClassifier_Flags_AreReadAsPythonWritesThem(string flags, bool? expected) => Assert.Equal(expected, Parsed(flags).GetValue<PythonBoolean?>("--do_train")?.IsTrue);

    [Theory]
    [InlineData("--learning_rate=2e-5", "--learning_rate", 2e-5)]
    [InlineData("--learning_rate 2e-5", "--learning_rate", 2e-5)]
    [InlineData("--learning_rate=.00002", "--learning_rate", 2e-5)]
    [InlineData("--do_eval", "--learning_rate", 5e-5)]
    [InlineData("--num_train_epochs=3.0", "--num_train_epochs", 3)]
    [InlineData("--num_train_epochs 0.5", "--num_train_epochs", 0.5)]
    [InlineData("--do_eval", "--num_train_epochs", 3)]
    [InlineData("--do_eval", "--warmup_proportion", 0.1)]
    public void RunClassifier_Numbers_AreReadAsPythonWritesThem(string flags, string name, double expected) => Assert.Equal(expected, Parsed(flags).GetValue<double>(name));

    [Theory]
    [InlineData("--bert_model=bert-base-uncased", "--model", "bert-base-uncased")]
    [InlineData("--model bert-base-uncased", "--model", "bert-base-uncased")]
    [InlineData("--init_checkpoint=bert/bert_model.ckpt", "--init_checkpoint", "bert/bert_model.ckpt")]
    [InlineData("--do_eval", "--init_checkpoint", null)]
    public void RunClassifier_Paths_AreReadWithAnEqualSignOrWithout(string flags, string name, string? expected) => Assert.Equal(expected, Parsed(flags).GetValue<string?>(name));

    private static ParseResult Parsed(string flags)
    {
        ParseResult parsed = AkinCommand.Create().Parse($"train run-classifier --task_name=mrpc --data_dir=d --output_dir=o {flags}");
        Assert.Empty(parsed.Errors);
        return parsed;
    }

    /// <summary>The script's own way to say where a model is, with more flags.</summary>
    private string[] Command(params string[] more)
    {
        string model = Repository.Golden("models", "tf", "published");
        Dictionary<string, string> flags = new()
        {
            ["--task_name"] = "MRPC",
            ["--data_dir"] = _folder,
            ["--vocab_file"] = Path.Combine(model, "vocab.txt"),
            ["--bert_config_file"] = Path.Combine(model, "bert_config.json"),
            ["--init_checkpoint"] = Path.Combine(model, "bert_model.ckpt"),
            ["--max_seq_length"] = "32",
            ["--output_dir"] = Output,
        };
        return ["train", "run-classifier", .. flags.Where(flag => !more.Any(word => word.StartsWith(flag.Key + "=", StringComparison.Ordinal))).Select(flag => $"{flag.Key}={flag.Value}"), .. more];
    }

    private void Write(string name, string text) => File.WriteAllText(Path.Combine(_folder, name), text);
}
