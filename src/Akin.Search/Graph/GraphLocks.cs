namespace Akin.Search.Graph;

/// <summary>Locks of the lists of nodes, and of the entry. They are held for microseconds, by writers only; many nodes share one.</summary>
internal sealed class GraphLocks
{
    private const int Count = 4096;

    private readonly int[] _held = new int[Count];
    private int _entryHeld;

    public void Enter(int node) => Enter(ref _held[node % Count]);

    public void Exit(int node) => Volatile.Write(ref _held[node % Count], 0);

    public void EnterEntry() => Enter(ref _entryHeld);

    public void ExitEntry() => Volatile.Write(ref _entryHeld, 0);

    private static void Enter(ref int held)
    {
        SpinWait spinner = default;
        while (Interlocked.CompareExchange(ref held, 1, 0) != 0)
        {
            spinner.SpinOnce();
        }
    }
}
