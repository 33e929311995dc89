using System.Runtime.InteropServices;

namespace Akin.Search.Graph;

/// <summary>
/// Memory that does not move, begins at a cache line, may be larger than an array of <typeparamref name="T"/>, and is collected like any object:
/// whoever uses <see cref="Pointer"/> keeps this alive.
/// </summary>
internal sealed unsafe class PinnedMemory<T>
    where T : unmanaged
{
    private readonly CacheLine[] _lines;

    /// <param name="length">Elements.</param>
    /// <param name="isCleared">Whether they are zero; otherwise their content is undefined.</param>
    public PinnedMemory(long length, bool isCleared = true)
    {
        Length = length;
        int lineCount = checked((int)((length * sizeof(T) + sizeof(CacheLine) - 1) / sizeof(CacheLine) + 1));
        _lines = isCleared ? GC.AllocateArray<CacheLine>(lineCount, pinned: true) : GC.AllocateUninitializedArray<CacheLine>(lineCount, pinned: true);
        nint start = (nint)Marshal.UnsafeAddrOfPinnedArrayElement(_lines, 0);
        Pointer = (T*)((start + sizeof(CacheLine) - 1) & -sizeof(CacheLine));
        HugePages.Advise(Pointer, (nint)(length * sizeof(T)));
    }

    public long Length { get; }

    public T* Pointer { get; }

    /// <summary>Elements of a part that fits a span.</summary>
    public Span<T> Span(long first, int count) => new(Pointer + first, count);

    [StructLayout(LayoutKind.Sequential, Size = 64)]
    private struct CacheLine;
}
