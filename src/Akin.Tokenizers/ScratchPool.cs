namespace Akin.Tokenizers;

/// <summary>
/// Keeps what calls need to work in for the next calls, a few for each processor, so that a warm call allocates nothing. Safe for use by
/// several threads; what one has rented is its own until it gives it back.
/// </summary>
/// <typeparam name="T">What a call needs to work in.</typeparam>
/// <param name="create">Makes a new one when none is left.</param>
internal sealed class ScratchPool<T>(Func<T> create)
    where T : class
{
    private readonly T?[] slots = new T?[Environment.ProcessorCount * 2];

    /// <summary>One that no other call has.</summary>
    public T Rent()
    {
        // Starting at the processor's own slot, threads rarely meet and find what their cache still holds.
        int first = Thread.GetCurrentProcessorId() % slots.Length;
        for (int i = 0; i < slots.Length; i++)
        {
            ref T? slot = ref slots[(first + i) % slots.Length];
            if (slot is not null && Interlocked.Exchange(ref slot, null) is { } scratch)
                return scratch;
        }
        return create();
    }

    /// <summary>Gives one back; it is dropped when there are enough.</summary>
    public void Return(T scratch)
    {
        int first = Thread.GetCurrentProcessorId() % slots.Length;
        for (int i = 0; i < slots.Length; i++)
        {
            if (Interlocked.CompareExchange(ref slots[(first + i) % slots.Length], scratch, null) is null)
                return;
        }
    }
}
