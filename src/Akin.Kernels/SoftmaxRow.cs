using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Akin.Kernels.Lanes;

namespace Akin.Kernels;

/// <summary>The softmax of one row in two steps, for losses that need a few numbers of it in the forward pass and all of it in the backward pass.</summary>
/// <remarks>Nothing as large as the rows is kept in between. Rows of −∞, and rows with NaN or +∞, behave as in <see cref="Softmax"/>.</remarks>
public static class SoftmaxRow
{
    /// <summary>Measures a row: yⱼ = e^(xⱼ − maximum) / sum, and ln Σ eˣ = maximum + ln sum.</summary>
    /// <param name="row">x, any length.</param>
    /// <returns>The largest number, and Σ e^(x − maximum).</returns>
    public static (float Maximum, float Sum) Measure(ReadOnlySpan<float> row) => Measure(KernelTable.Tier, row);

    /// <summary>Writes e^(x − maximum) · factor.</summary>
    /// <param name="row">x, any length.</param>
    /// <param name="maximum">What <see cref="Measure(ReadOnlySpan{float})"/> found.</param>
    /// <param name="factor">1 / sum gives the softmax.</param>
    /// <param name="output">The same length; may be <paramref name="row"/> itself.</param>
    /// <exception cref="ArgumentException">The lengths differ, or the spans overlap without being the same.</exception>
    public static void Write(ReadOnlySpan<float> row, float maximum, float factor, Span<float> output)
    {
        Require(row, output);
        Write(KernelTable.Tier, row, maximum, factor, output);
    }

    /// <summary>Adds e^(x − maximum) · factor.</summary>
    /// <inheritdoc cref="Write(ReadOnlySpan{float}, float, float, Span{float})"/>
    public static void Add(ReadOnlySpan<float> row, float maximum, float factor, Span<float> output)
    {
        Require(row, output);
        Run<AddMap>(KernelTable.Tier, row, maximum, factor, output);
    }

    internal static (float Maximum, float Sum) Measure(KernelTier tier, ReadOnlySpan<float> row) => tier switch
    {
        KernelTier.Avx512 => Measure<Lanes512>(row),
        KernelTier.Avx2 => Measure<Lanes256>(row),
        KernelTier.Vector128 => Measure<Lanes128>(row),
        _ => Measure<ScalarLane>(row),
    };

    internal static void Write(KernelTier tier, ReadOnlySpan<float> row, float maximum, float factor, Span<float> output) =>
        Run<WriteMap>(tier, row, maximum, factor, output);

    private static (float Maximum, float Sum) Measure<V>(ReadOnlySpan<float> row)
        where V : unmanaged, ILanes<V>
    {
        ref float x = ref MemoryMarshal.GetReference(row);
        float maximum = Reduction.Maximum<V>(ref x, row.Length);
        return (maximum, RowMath.SumOfExponentials<V>(ref x, maximum, row.Length));
    }

    private static void Require(ReadOnlySpan<float> row, Span<float> output)
    {
        Shape.Require(output.Length, row.Length, "as many as row", nameof(output));
        Shape.RequireSameOrApart<float, float>(row, output, nameof(output));
    }

    private static void Run<TMap>(KernelTier tier, ReadOnlySpan<float> row, float maximum, float factor, Span<float> output)
        where TMap : struct, IRowMap
    {
        ref float x = ref MemoryMarshal.GetReference(row);
        ref float y = ref MemoryMarshal.GetReference(output);
        switch (tier)
        {
            case KernelTier.Avx512:
                RowMath.Map<TMap, Lanes512>(ref x, ref y, maximum, factor, ref y, row.Length);
                break;
            case KernelTier.Avx2:
                RowMath.Map<TMap, Lanes256>(ref x, ref y, maximum, factor, ref y, row.Length);
                break;
            case KernelTier.Vector128:
                RowMath.Map<TMap, Lanes128>(ref x, ref y, maximum, factor, ref y, row.Length);
                break;
            default:
                RowMath.Map<TMap, ScalarLane>(ref x, ref y, maximum, factor, ref y, row.Length);
                break;
        }
    }

    private readonly struct WriteMap : IRowMap
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Invoke<V>(V x, V y, V a, V b)
            where V : unmanaged, ILanes<V> => LaneMath.Exp(x - a) * b;
    }

    private readonly struct AddMap : IRowMap
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Invoke<V>(V x, V y, V a, V b)
            where V : unmanaged, ILanes<V> => V.MultiplyAdd(LaneMath.Exp(x - a), b, y);
    }
}
