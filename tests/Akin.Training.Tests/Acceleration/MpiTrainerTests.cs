using System.Text.Json.Nodes;
using Akin.Models.Checkpoints;
using Akin.Training.Acceleration;
using Akin.Training.MpiProbe;
using Akin.Training.Tasks;

namespace Akin.Training.Tests.Acceleration;

/// <summary>Trainer in several processes under a real <c>mpirun</c>.</summary>
public sealed class MpiTrainerTests(MpiTrainerTests.WholeRun whole) : IClassFixture<MpiTrainerTests.WholeRun>
{
    /// <summary>As <see cref="MpiTests"/>, but ten steps with twice the rate.</summary>
    private const float WeightTolerance = 1e-5f;

    private const double LossTolerance = 1e-5;

    [MpiFact]
    public async Task Trainer_InTwoProcesses_FollowsASingleOneThatAccumulatesTwice()
    {
        string together = await whole.FolderAsync();
        using TemporaryFolder alone = new();
        Trainer<SequenceClassificationExample> trainer = ProbeTrainer.Create(alone, new Accelerator(new AcceleratorOptions { Backend = AcceleratorBackend.Threads }));
        trainer.Train();
        trainer.SaveModel(alone.File("final"));

        Assert.Equal(ProbeTrainer.StepCount, trainer.State.GlobalStep);
        Assert.Equal(Names(alone), Names(together)); // checkpoints, the log, the final model: once
        JsonNode[] expected = Log(alone);
        JsonNode[] found = Log(together);
        Assert.Equal(expected.Length, found.Length);
        for (int i = 0; i < expected.Length; i++)
        {
            foreach (string name in (string[])["loss", "eval_loss", "eval_accuracy", "learning_rate", "step", "epoch"])
            {
                Assert.Equal(expected[i][name] is null, found[i][name] is null);
                Assert.Equal(expected[i][name]?.GetValue<double>() ?? 0, found[i][name]?.GetValue<double>() ?? 0, LossTolerance);
            }
        }

        using Checkpoint one = Checkpoint.Open(alone.File("final"));
        using Checkpoint two = Checkpoint.Open(Path.Combine(together, "final"));
        foreach (string name in one.Tensors.Keys.Where(name => !name.EndsWith("attention.self.key.bias", StringComparison.Ordinal)))
        {
            float difference = one.Read(name).Zip(two.Read(name), (left, right) => Math.Abs(left - right)).Max();
            Assert.True(difference <= WeightTolerance, $"{name} differs by {difference}");
        }
    }

    [MpiTheory]
    [InlineData("kill", 7, 6)] // the last checkpoint before
    [InlineData("cancel", 7, 7)] // a checkpoint of its own, although only the second process was cancelled
    public async Task Trainer_ThatOneProcessEnded_GoesOnWithTheSameBits(string end, int step, int checkpoint)
    {
        using MpiRun ended = new();
        (int exitCode, string errors) = await MpiRun.InProcesses(2, [], "trainer", ended.Folder, end, $"{step}");
        Assert.True(exitCode == (end == "kill" ? 128 + 9 : 3), errors);
        Assert.EndsWith($"checkpoint-{checkpoint}", TrainerCheckpoint.FindLast(ended.Folder), StringComparison.Ordinal);
        Assert.Contains("found in process 1 the run", (await MpiRun.InProcesses(2, [], "trainer", ended.Folder, "alone")).Errors, StringComparison.Ordinal);
        (exitCode, errors) = await MpiRun.InProcesses(2, [], "trainer", ended.Folder);
        Assert.True(exitCode == 0, errors);
        Assert.Equal(Final(await whole.FolderAsync()), Final(ended.Folder));
    }

    [MpiFact]
    public async Task Trainer_WithoutAnAcceleratorUnderMpirun_IsRefused()
    {
        using MpiRun run = new();
        (int exitCode, string errors) = await MpiRun.InProcesses(2, [], "trainer", run.Folder, "threads");
        Assert.NotEqual(0, exitCode);
        Assert.Contains("mpirun has started 2 processes, but each would train alone", errors, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(run.Folder));
    }

    private static byte[] Final(string folder) => File.ReadAllBytes(Path.Combine(folder, "final", "model.safetensors"));

    private static IEnumerable<string> Names(string folder) =>
        Directory.EnumerateFileSystemEntries(folder, "*", SearchOption.AllDirectories).Select(path => Path.GetRelativePath(folder, path)).Order(StringComparer.Ordinal);

    private static JsonNode[] Log(string folder) => [.. File.ReadLines(Path.Combine(folder, "log.jsonl")).Select(line => JsonNode.Parse(line)!)];

    /// <summary>A run in two processes that nobody ends early, for all tests.</summary>
    public sealed class WholeRun : IDisposable
    {
        private readonly MpiRun _run = new();
        private Task<string>? _folder;

        public Task<string> FolderAsync() => _folder ??= RunAsync();

        public void Dispose() => _run.Dispose();

        private async Task<string> RunAsync()
        {
            (int exitCode, string errors) = await MpiRun.InProcesses(2, [], "trainer", _run.Folder);
            Assert.True(exitCode == 0, errors);
            return _run.Folder;
        }
    }
}
