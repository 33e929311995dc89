using System.Text.Json;

namespace Akin.Cli.Tests;

/// <summary><c>akin train</c> in several processes; that they learn the same as one is checked in Akin.Training.Tests.</summary>
public sealed class TrainMpiTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("akin-train-mpi-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [MpiFact]
    public void Classifier_InTwoProcesses_WritesAndPrintsOnce()
    {
        string model = TinyModel.In(Path.Combine(_folder, "model")), train = Path.Combine(_folder, "train.tsv"), output = Path.Combine(_folder, "output");
        File.WriteAllText(train, "text\tlabel\n" + string.Concat(Enumerable.Repeat("fresh bread\tfood\nred two\tother\n", 20)));
        AkinResult result = AkinProcess.RunBelow(
            Mpi.Start(2), "train", "classifier", "--model", model, "--train", train, "--eval", train, "--output", output, "--epochs", "2", "--batch-size", "4",
            "--learning-rate", "0.005", "--threads", "1", "--json").Succeeded();
        JsonElement metrics = JsonDocument.Parse(Assert.Single(result.Output.TrimEnd('\n').Split('\n'))).RootElement;
        Assert.Equal(10, metrics.GetProperty("steps").GetInt32()); // 8 examples a step: 4 of each process
        Assert.Equal(1, metrics.GetProperty("eval_accuracy").GetDouble());
        Assert.True(File.Exists(Path.Combine(output, "report.html")));
        Assert.Single(Directory.EnumerateFiles(Path.Combine(output, "runs")));
        Assert.True(Directory.Exists(Path.Combine(output, "checkpoint-10")));
    }

    [MpiFact]
    public void RunClassifier_InTwoProcesses_WritesTheFilesOfOne()
    {
        foreach (string name in (string[])["train.tsv", "dev.tsv", "test.tsv"])
        {
            File.WriteAllText(Path.Combine(_folder, name), string.Concat(Enumerable.Repeat("food\tfresh bread\nother\tred two\nfood\tbread for two\n", name == "train.tsv" ? 14 : 7)));
        }

        string[] one = Run([], "one"), two = Run(Mpi.Start(2), "two");
        Assert.Equal(one[0], two[0]); // accuracy
        Assert.Equal(one[2], two[2]); // steps: the batch is that of both together
        Assert.Equal(21, File.ReadLines(Path.Combine(_folder, "two", "test_results.tsv")).Count());

        string[] Run(IReadOnlyList<string> starter, string output)
        {
            string[] command =
            [
                "train", "run-classifier", "--task_name=tsv", "--do_train", "--do_eval", "--do_predict", $"--data_dir={_folder}", $"--model={TinyModel.In(Path.Combine(_folder, "model"))}",
                "--max_seq_length=32", "--train_batch_size=8", "--learning_rate=5e-3", "--num_train_epochs=8", $"--output_dir={Path.Combine(_folder, output)}", "--threads", "1", "--json",
            ];
            AkinResult result = (starter.Count == 0 ? AkinProcess.Run(command) : AkinProcess.RunBelow(starter, command)).Succeeded();
            Assert.Single(result.Output.TrimEnd('\n').Split('\n'));
            return File.ReadAllLines(Path.Combine(_folder, output, "eval_results.txt"));
        }
    }
}
