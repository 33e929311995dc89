using Akin.Tensors;
using Akin.Training.Acceleration;

namespace Akin.Training.Tests.Acceleration;

/// <summary>One process, with and without MPI.</summary>
public class AcceleratorTests
{
    private static readonly AcceleratorOptions s_threads = new() { Backend = AcceleratorBackend.Threads };

    [Fact]
    public void Accelerator_WithOneProcess_DoesTheWholeWork()
    {
        Accelerator accelerator = new(s_threads);
        Assert.Equal((0, 1, true), (accelerator.ProcessIndex, accelerator.ProcessCount, accelerator.IsMainProcess));
        Assert.Equal([3, 1, 2], accelerator.Shard([3, 1, 2]));
        Assert.Empty(accelerator.Shard([]));
        Assert.Equal(2.5, accelerator.Sum(2.5));
        Assert.Equal([1, 2], Assert.Single(accelerator.Gather<int>([1, 2])));
        bool isDone = false;
        accelerator.OnMainProcess(() => isDone = true);
        Assert.True(isDone);
        accelerator.WaitForEveryone();
        accelerator.EndTraining();
    }

    [Fact]
    public void Backward_BeforePrepare_IsRefused()
    {
        Accelerator accelerator = new(s_threads);
        InvalidOperationException error = Assert.Throws<InvalidOperationException>(
            () => accelerator.Backward(new ForwardContext(tape: new Tape()), new Tensor(new Shape(1))));
        Assert.Contains("Prepare", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Options_OutOfBounds_AreRefused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new Accelerator(s_threads with { Timeout = TimeSpan.Zero }));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Accelerator(s_threads with { BucketBytes = 0 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Accelerator(s_threads with { Backend = (AcceleratorBackend)9 }));
    }

    [Fact]
    public async Task Mpi_WithoutItsLibrary_SaysWhatToInstall()
    {
        (int exitCode, string errors) = await MpiRun.Alone(
            new() { ["OMPI_COMM_WORLD_SIZE"] = "1", ["AKIN_MPI_LIBRARY"] = Path.Combine(Path.GetTempPath(), "no-such-library.so") }, "exchange", "", "1");
        Assert.Equal(3, exitCode);
        Assert.Contains("MpiUnavailableException: No MPI library was found", errors, StringComparison.Ordinal);
        Assert.Contains("apt-get install openmpi-bin", errors, StringComparison.Ordinal);
    }

    [MpiFact]
    public async Task Mpi_WithAnotherLibrary_SaysThatItIsNotOpenMpi()
    {
        (int exitCode, string errors) = await MpiRun.Alone(new() { ["OMPI_COMM_WORLD_SIZE"] = "1", ["AKIN_MPI_LIBRARY"] = "libc.so.6" }, "exchange", "", "1");
        Assert.Equal(3, exitCode);
        Assert.Contains("it is not Open MPI's library", errors, StringComparison.Ordinal);
    }
}
