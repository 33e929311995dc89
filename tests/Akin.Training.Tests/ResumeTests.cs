using System.Text.Json.Nodes;
using Akin.Kernels;
using Akin.Training.CrashProbe;
using Akin.Training.Tasks;
using Akin.Training.Tests.Tasks;

namespace Akin.Training.Tests;

/// <summary>A run that was killed, interrupted or ran out of disk goes on with the same bits.</summary>
public sealed class ResumeTests : IClassFixture<ResumeTests.Uninterrupted>
{
    private readonly Uninterrupted _reference;

    public ResumeTests(Uninterrupted reference) => _reference = reference;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Train_KilledAtRandomMomentsAndResumed_GivesTheSameBits(int seed)
    {
        using TemporaryFolder folder = new();
        Random random = new(seed);
        int kills = 0;
        for (bool isDone = false; !isDone;)
        {
            using Probe probe = Probe.Start(folder);
            int begin = await probe.WaitForBeginAsync();
            int last = begin + 10 + random.Next(30);
            if (last <= ProbeRun.StepCount)
            {
                await probe.WaitForAsync($"step {last}");
                await Task.Delay(random.Next(4)); // between steps, within one, or while a checkpoint is written
                await probe.KillAsync();
                kills++;
            }
            else
            {
                Assert.Contains("done", await probe.WaitAsync());
                isDone = true;
            }
        }

        Assert.True(kills > 0);
        _reference.AssertEqualIn(folder);
    }

    [Fact]
    public async Task Train_InterruptedByCtrlC_WritesACheckpointOfTheLastStepAndGoesOn()
    {
        using TemporaryFolder folder = new();
        using (Probe probe = Probe.Start(folder, holdAt: 7))
        {
            await probe.WaitForAsync("step 7");
            probe.Interrupt();
            Assert.Contains("interrupted", await probe.WaitAsync());
            Assert.Equal(130, probe.ExitCode);
        }

        string last = TrainerCheckpoint.FindLast(folder)!;
        Assert.True(StepOf(last) >= 7);
        using (Probe probe = Probe.Start(folder))
        {
            Assert.Equal(StepOf(last), await probe.WaitForBeginAsync());
            Assert.Contains("done", await probe.WaitAsync());
        }

        _reference.AssertEqualIn(folder);
    }

    [Fact]
    public async Task Train_WhenTheDiskIsFull_KeepsTheEarlierCheckpointAndSaysSo()
    {
        using TemporaryFolder folder = new();
        using (Probe probe = Probe.Start(folder))
        {
            await probe.WaitForAsync("step 12");
            await probe.KillAsync();
        }

        string earlier = TrainerCheckpoint.FindLast(folder)!;
        using (Probe probe = Probe.StartUnder("trap '' XFSZ; ulimit -f 40; exec \"$@\"", folder)) // files of at most 40 KB
        {
            await probe.WaitAsync();
            Assert.Equal(1, probe.ExitCode);
            Assert.Contains($"resume from '{earlier}'", await probe.Errors);
        }

        Assert.Equal([earlier], Directory.GetDirectories(folder, "*checkpoint-*").Where(name => StepOf(name) >= StepOf(earlier)));
        using (Probe probe = Probe.Start(folder))
        {
            Assert.Equal(StepOf(earlier), await probe.WaitForBeginAsync());
            Assert.Contains("done", await probe.WaitAsync());
        }

        _reference.AssertEqualIn(folder);
    }

    [Fact]
    public void Train_OnOneThreadWithGradientCheckpointing_GivesTheSameBits()
    {
        using TemporaryFolder folder = new();
        Trainer<SequenceClassificationExample> trainer = ProbeRun.Create(folder, pool: WorkerPool.Serial, gradientCheckpointing: true);
        trainer.Train();
        trainer.SaveModel(folder.File("final"));
        _reference.AssertEqualIn(folder);
    }

    [Fact]
    public void Train_FromACheckpointOfAnotherRun_IsRefused()
    {
        using TemporaryFolder folder = new();
        Trainer<SequenceClassificationExample> trainer = ProbeRun.Create(folder);
        Trainer<SequenceClassificationExample> other = new(
            ((GoldenTask<SequenceClassificationExample>)GoldenTask.Open("sequence_classification")).Task, trainer.Arguments with { PerDeviceTrainBatchSize = 4 })
        {
            TrainDataset = trainer.TrainDataset,
            EvalDataset = trainer.EvalDataset,
        };
        TrainingStateException exception = Assert.Throws<TrainingStateException>(() => other.Train(_reference.LastCheckpoint));
        Assert.Contains("per_device_train_batch_size 3; expected 4", exception.Message);
        Assert.Throws<TrainingStateException>(() => other.Train(folder));
    }

    [Fact]
    public void Train_FromADamagedCheckpoint_IsRefused()
    {
        using TemporaryFolder folder = new();
        string checkpoint = folder.File("checkpoint-75");
        Directory.CreateDirectory(checkpoint);
        foreach (string file in Directory.GetFiles(_reference.LastCheckpoint))
        {
            File.Copy(file, Path.Combine(checkpoint, Path.GetFileName(file)));
        }

        string state = Path.Combine(checkpoint, "trainer_state.json");
        byte[] whole = File.ReadAllBytes(state);
        for (int length = 0; length < whole.Length - 2; length += 97)
        {
            File.WriteAllBytes(state, whole[..length]);
            Assert.Throws<TrainingStateException>(() => ProbeRun.Create(folder).Train(checkpoint));
        }

        File.WriteAllText(state, "{}");
        Assert.Throws<TrainingStateException>(() => ProbeRun.Create(folder).Train(checkpoint));
    }

    [Fact]
    public void FindLast_AfterAnInterruptedSave_FindsTheReplacedCheckpointAndRecoveryPutsThingsRight()
    {
        using TemporaryFolder folder = new();
        foreach (string name in (ReadOnlySpan<string>)["tmp-checkpoint-30", "old-checkpoint-20", "old-checkpoint-9", "checkpoint-9", "checkpoint-x"])
        {
            Directory.CreateDirectory(folder.File(name));
        }

        string last = TrainerCheckpoint.FindLast(folder)!;
        Assert.Equal(folder.File("old-checkpoint-20"), last);
        Assert.Equal(5, Directory.GetDirectories(folder).Length); // a running program may be watched
        TrainerCheckpoint.Recover(folder);
        Assert.Equal(["checkpoint-20", "checkpoint-9", "checkpoint-x"], Directory.GetDirectories(folder).Select(Path.GetFileName).Order());
        Assert.Equal(folder.File("checkpoint-20"), TrainerCheckpoint.AfterRecovery(last));
        Assert.Equal(folder.File("checkpoint-20"), TrainerCheckpoint.FindLast(folder));
        Assert.Null(TrainerCheckpoint.FindLast(folder.File("missing")));
    }

    private static int StepOf(string folder) => int.Parse(Path.GetFileName(folder).Split('-')[^1]);

    /// <summary>The same run in this process, from beginning to end.</summary>
    public sealed class Uninterrupted : IDisposable
    {
        private readonly TemporaryFolder _folder = new();

        public Uninterrupted()
        {
            Trainer<SequenceClassificationExample> trainer = ProbeRun.Create(_folder);
            trainer.Train();
            trainer.SaveModel(_folder.File("final"));
        }

        public string LastCheckpoint => TrainerCheckpoint.FindLast(_folder)!;

        public void AssertEqualIn(string folder)
        {
            string checkpoint = TrainerCheckpoint.FindLast(folder)!;
            Assert.Equal(Path.GetFileName(LastCheckpoint), Path.GetFileName(checkpoint));
            foreach (string file in (ReadOnlySpan<string>)["model.safetensors", "optimizer.safetensors", "ema.safetensors"])
            {
                Assert.True(File.ReadAllBytes(Path.Combine(LastCheckpoint, file)).AsSpan().SequenceEqual(File.ReadAllBytes(Path.Combine(checkpoint, file))), $"{file} differs.");
            }

            Assert.True(File.ReadAllBytes(_folder.File("final", "model.safetensors")).AsSpan().SequenceEqual(File.ReadAllBytes(Path.Combine(folder, "final", "model.safetensors"))), "The final model differs.");
            Assert.Equal(Log(LastCheckpoint), Log(checkpoint));
        }

        public void Dispose() => _folder.Dispose();

        /// <summary>What was logged, but for the clock.</summary>
        private static string Log(string checkpoint)
        {
            JsonNode state = JsonNode.Parse(File.ReadAllBytes(Path.Combine(checkpoint, "trainer_state.json")))!;
            state["best_model_checkpoint"] = Path.GetFileName(state["best_model_checkpoint"]!.GetValue<string>());
            foreach (JsonNode? entry in state["log_history"]!.AsArray())
            {
                foreach (string name in entry!.AsObject().Select(pair => pair.Key).Where(name => name.EndsWith("_second", StringComparison.Ordinal) || name.EndsWith("_runtime", StringComparison.Ordinal)).ToArray())
                {
                    entry.AsObject().Remove(name);
                }
            }

            return state.ToJsonString();
        }
    }
}
