namespace Akin.Training.Acceleration;

/// <summary>How processes work together.</summary>
public sealed record AcceleratorOptions
{
    /// <summary>Threads or processes. Default: as the program was started.</summary>
    public AcceleratorBackend Backend { get; init; }

    /// <summary>
    /// How long a process waits for the others before it takes them for dead, above zero. It must be longer than the longest time one process works
    /// alone, such as the main process while it writes a checkpoint. Default: 10 minutes.
    /// </summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>
    /// Gradients are exchanged in pieces of about this size, at least 1; a larger weight is a piece of its own. Small pieces begin sooner, large ones
    /// cost fewer messages. Default: 25 MB.
    /// </summary>
    public int BucketBytes { get; init; } = 25 << 20;

    internal void Validate()
    {
        if (!Enum.IsDefined(Backend))
        {
            throw new ArgumentOutOfRangeException(nameof(Backend), Backend, $"There is no such backend; there are {string.Join(", ", Enum.GetNames<AcceleratorBackend>())}.");
        }

        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(Timeout, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThan(BucketBytes, 1);
    }
}
