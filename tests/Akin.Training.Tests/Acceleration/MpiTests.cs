using Akin.Tensors;
using Akin.Training.Acceleration;
using Akin.Training.MpiProbe;

namespace Akin.Training.Tests.Acceleration;

/// <summary>Several processes under a real <c>mpirun</c>.</summary>
public class MpiTests
{
    /// <summary>
    /// Of the largest gradient. A single process adds the second micro-batch to the first term by term or as a whole, two processes add the two sums once:
    /// that differs by a few roundings of 6e-8.
    /// </summary>
    private const float GradientTolerance = 5e-7f;

    /// <summary>Five steps of AdamW with a rate of 5e-4 from such gradients; the trajectories of a single process are held to 2e-5.</summary>
    private const float WeightTolerance = 2e-6f;

    private const int StepCount = 5;

    private const string SharedMemory = "self,vader";

    /// <summary>TCP over loopback, as between machines.</summary>
    private const string Network = "self,tcp";

    private static readonly string s_model = Repository.Golden("training", "trajectories", "sequence_classification", "model");

    [MpiTheory]
    [InlineData(2, 2, SharedMemory)]
    [InlineData(2, 2, Network)]
    [InlineData(2, 5, SharedMemory)] // the first process accumulates three micro-batches, the second two
    [InlineData(3, 2, SharedMemory)] // the third process has nothing to do
    public async Task Training_InSeveralProcesses_FollowsASingleOne(int processCount, int microBatchCount, string transports)
    {
        using MpiRun run = new();
        (int exitCode, string errors) = await MpiRun.InProcesses(
            processCount, ["--mca", "btl", transports, "--mca", "btl_tcp_if_include", "lo"], "train", s_model, run.Folder, $"{StepCount}", $"{microBatchCount}");
        Assert.True(exitCode == 0, errors);

        ProbeLoop single = new(s_model, new Accelerator(new AcceleratorOptions { Backend = AcceleratorBackend.Threads }));
        single.Step(0, microBatchCount);
        float[] gradients = single.Gradients;
        for (int step = 1; step < StepCount; step++)
        {
            single.Step(step, microBatchCount);
        }

        for (int process = 1; process < processCount; process++)
        {
            Assert.Equal(run.Read("gradients", 0), run.Read("gradients", process)); // bit for bit: NaN has no place here
            Assert.Equal(run.Read("weights", 0), run.Read("weights", process));
        }

        AssertClose(gradients, run.Read("gradients", 0), GradientTolerance * gradients.Max(Math.Abs));
        float[] weights = run.Read("weights", 0);
        int start = 0;
        foreach (Parameter parameter in single.Model.Parameters)
        {
            float[] expected = parameter.Value.ToArray();
            if (!parameter.Name.EndsWith("attention.self.key.bias", StringComparison.Ordinal)) // its gradient is zero but for rounding, which Adam blows up
            {
                AssertClose(expected, weights[start..(start + expected.Length)], WeightTolerance);
            }

            start += expected.Length;
        }

        Assert.Equal(weights.Length, start);
    }

    [MpiFact]
    public async Task Gradients_OfManyBuckets_LeaveWhileThePassGoesOn()
    {
        using MpiRun run = new();
        (int exitCode, string errors) = await MpiRun.InProcesses(2, [], "train", s_model, run.Folder, "1", "2");
        Assert.True(exitCode == 0, errors);
        float[] buckets = run.Read("buckets", 1);
        Assert.True(buckets[0] > 10, $"{buckets[0]} buckets");
        Assert.Equal(buckets[0], buckets[1]); // even that of the embeddings begins within the pass
    }

    [MpiFact]
    public async Task Exchanges_OfThreeProcesses_GiveEveryoneTheSame()
    {
        using MpiRun run = new();
        (int exitCode, string errors) = await MpiRun.InProcesses(3, [], "exchange", run.Folder, "10");
        Assert.True(exitCode == 0, errors);

        float[][] shards = [.. Enumerable.Range(0, 3).Select(process => run.Read("shard", process))];
        Assert.All(shards, shard => Assert.Equal(4, shard.Length));
        Assert.Equal([0, 0, 1, 1, 2, 3, 4, 5, 6, 7, 8, 9], shards.SelectMany(shard => shard).Order()); // 0 and 1 fill the last places
        for (int process = 0; process < 3; process++)
        {
            Assert.Equal([6, 0.6f], run.Read("sum", process));
            Assert.Equal([-1, -1, 1, -1, 2, 2], run.Read("gather", process));
            Assert.Equal([0, 4_999_999], run.Read("broadcast", process));
            Assert.Equal([1], run.Read("caught", process));
        }
    }

    [MpiFact]
    public async Task OnMainProcess_WritesOnce_AndFailsEverywhere()
    {
        using MpiRun run = new();
        // Recovery: without it mpirun ends the second process before it can say what it saw. (It also gives 0 as its own exit code then.)
        (_, string errors) = await MpiRun.InProcesses(2, ["--enable-recovery"], "write", run.Folder);
        Assert.Equal(["written.0"], Directory.GetFiles(run.Folder, "written.*").Select(Path.GetFileName));
        Assert.Equal([1], run.Read("seen", 1)); // the file was there when the second process went on
        Assert.Contains("IOException: no space", errors, StringComparison.Ordinal);
        Assert.Contains("Process 1, waiting for the main process: it failed", errors, StringComparison.Ordinal);
    }

    [MpiFact]
    public async Task Prepare_OfDifferentModels_IsRefused()
    {
        string other = Repository.Golden("training", "trajectories", "multi_label", "model");
        (int exitCode, string errors) = await MpiRun.InProcesses(2, [], "differ", s_model, other);
        Assert.NotEqual(0, exitCode);
        Assert.Contains("process 1 has other parameters", errors, StringComparison.Ordinal);
    }

    [MpiFact]
    public async Task AProcess_KilledInABackwardPass_EndsTheRun()
    {
        (int exitCode, string errors) = await MpiRun.InProcesses(2, [], "die", s_model, "3");
        Assert.Equal(128 + 9, exitCode);
        Assert.Contains("rank 1", errors, StringComparison.Ordinal);
    }

    [MpiFact]
    public async Task AProcess_WhosePeerWasKilled_FailsInsteadOfWaitingForEver()
    {
        // Recovery: mpirun leaves the survivor alone, as a starter does that notices nothing.
        (_, string errors) = await MpiRun.InProcesses(2, ["--enable-recovery", "-x", "PROBE_TIMEOUT_SECONDS=8"], "die", s_model, "3");
        Assert.Contains("ProcessExchangeException: Process 0, exchanging gradients: the other processes did not come within 00:00:08", errors, StringComparison.Ordinal);
    }

    private static void AssertClose(float[] expected, float[] found, float tolerance)
    {
        Assert.Equal(expected.Length, found.Length);
        float difference = expected.Zip(found, (left, right) => Math.Abs(left - right)).Max();
        Assert.True(difference <= tolerance, $"differ by {difference}, more than {tolerance}");
    }
}
