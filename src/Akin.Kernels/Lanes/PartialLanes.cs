using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Akin.Kernels.Lanes;

/// <summary>The end of a span that does not fill a vector: loaded into a padded vector, so that the very same code computes it.</summary>
/// <remarks>
/// The copies are not inlined, because taking a vector's address would keep it out of registers in the caller's main loop; they take addresses, because code with
/// vectors in its signatures cannot be compiled ahead.
/// </remarks>
internal static class PartialLanes
{
    /// <summary>Loads <paramref name="count"/> floats and fills the other lanes up.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes Load<TLanes>(ref readonly float source, int count, float padding)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        Read(in source, count, padding, out TLanes lanes);
        return lanes;
    }

    /// <summary>Loads a whole vector, or <paramref name="count"/> floats padded with zeros.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes LoadUpTo<TLanes>(ref readonly float source, int count)
        where TLanes : unmanaged, ILanes<TLanes> =>
        count == TLanes.Count ? TLanes.Load(in source) : Load<TLanes>(in source, count, 0);

    /// <summary>Stores the first <paramref name="count"/> lanes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store<TLanes>(TLanes lanes, ref float destination, int count)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        TLanes copy = lanes;
        Write(ref copy, ref destination, count);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Read<TLanes>(ref readonly float source, int count, float padding, out TLanes lanes)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        lanes = TLanes.Create(padding);
        MemoryMarshal.CreateReadOnlySpan(in source, count).CopyTo(AsSpan(ref lanes));
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Write<TLanes>(ref TLanes lanes, ref float destination, int count)
        where TLanes : unmanaged, ILanes<TLanes> =>
        AsSpan(ref lanes)[..count].CopyTo(MemoryMarshal.CreateSpan(ref destination, count));

    private static Span<float> AsSpan<TLanes>(ref TLanes lanes)
        where TLanes : unmanaged, ILanes<TLanes> =>
        MemoryMarshal.CreateSpan(ref Unsafe.As<TLanes, float>(ref lanes), TLanes.Count);
}
