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
}
