using System.Runtime.CompilerServices;

namespace Akin.Kernels.Lanes;

/// <summary>Sums and maxima over rows, with an order of summation that depends on the length alone.</summary>
/// <remarks>
/// Four accumulators take the vectors in turn (which also divides the rounding error of a plain sum by 4 · lanes) and are joined as a tree.
/// What is left at the end goes through the same step, padded with values that change nothing.
/// </remarks>
internal static class Reduction
{
    /// <summary>Σ x.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Sum<V>(ref float x, int length)
        where V : unmanaged, ILanes<V> => Sum<SumReducer, V>(ref x, ref x, length, 0, 0);

    /// <summary>Σ x · y.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Dot<V>(ref float x, ref float y, int length)
        where V : unmanaged, ILanes<V> => Sum<DotReducer, V>(ref x, ref y, length, 0, 0);

    /// <summary>Σ (x − y)².</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float SquaredDistance<V>(ref float x, ref float y, int length)
        where V : unmanaged, ILanes<V> => Sum<SquaredDistanceReducer, V>(ref x, ref y, length, 0, 0);

    /// <summary>Σ (x − center).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Deviation<V>(ref float x, int length, float center)
        where V : unmanaged, ILanes<V> => Sum<DeviationReducer, V>(ref x, ref x, length, center, center);

    /// <summary>Σ (x − center)².</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float SquaredDeviation<V>(ref float x, int length, float center)
        where V : unmanaged, ILanes<V> => Sum<SquaredDeviationReducer, V>(ref x, ref x, length, center, center);

    /// <summary>max x, −∞ for an empty row; unspecified when one is NaN.</summary>
    [MethodImpl(HotCode.Options)]
    public static float Maximum<V>(ref float x, int length)
        where V : unmanaged, ILanes<V>
    {
        V a = V.Create(float.NegativeInfinity);
        V b = a;
        int i = 0;
        for (; i <= length - 2 * V.Count; i += 2 * V.Count)
        {
            a = V.Max(a, V.Load(ref Unsafe.Add(ref x, i)));
            b = V.Max(b, V.Load(ref Unsafe.Add(ref x, i + V.Count)));
        }

        for (; i <= length - V.Count; i += V.Count)
        {
            a = V.Max(a, V.Load(ref Unsafe.Add(ref x, i)));
        }

        if (i < length)
        {
            b = V.Max(b, PartialLanes.Load<V>(ref Unsafe.Add(ref x, i), length - i, float.NegativeInfinity));
        }

        return V.Maximum(V.Max(a, b));
    }

    /// <summary>Runs a reducer over two rows. Both rows' missing lanes are <paramref name="padding"/>.</summary>
    [MethodImpl(HotCode.Options)]
    private static float Sum<TReducer, V>(ref float x, ref float y, int length, float parameter, float padding)
        where TReducer : struct, IReducer
        where V : unmanaged, ILanes<V>
    {
        V constant = V.Create(parameter);
        V a = V.Create(0);
        V b = a;
        V c = a;
        V d = a;
        int i = 0;
        for (; i <= length - 4 * V.Count; i += 4 * V.Count)
        {
            a = Step<TReducer, V>(a, ref x, ref y, i, constant);
            b = Step<TReducer, V>(b, ref x, ref y, i + V.Count, constant);
            c = Step<TReducer, V>(c, ref x, ref y, i + 2 * V.Count, constant);
            d = Step<TReducer, V>(d, ref x, ref y, i + 3 * V.Count, constant);
        }

        if (i <= length - V.Count)
        {
            a = Step<TReducer, V>(a, ref x, ref y, i, constant);
            i += V.Count;
        }

        if (i <= length - V.Count)
        {
            b = Step<TReducer, V>(b, ref x, ref y, i, constant);
            i += V.Count;
        }

        if (i <= length - V.Count)
        {
            c = Step<TReducer, V>(c, ref x, ref y, i, constant);
            i += V.Count;
        }

        if (i < length)
        {
            V lastX = PartialLanes.Load<V>(ref Unsafe.Add(ref x, i), length - i, padding);
            V lastY = PartialLanes.Load<V>(ref Unsafe.Add(ref y, i), length - i, padding);
            d = TReducer.Step(d, lastX, lastY, constant);
        }

        return V.Sum(a + b + (c + d));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V Step<TReducer, V>(V accumulator, ref float x, ref float y, int i, V constant)
        where TReducer : struct, IReducer
        where V : unmanaged, ILanes<V> =>
        TReducer.Step(accumulator, V.Load(ref Unsafe.Add(ref x, i)), V.Load(ref Unsafe.Add(ref y, i)), constant);

    private readonly struct SumReducer : IReducer
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Step<V>(V accumulator, V x, V y, V parameter)
            where V : unmanaged, ILanes<V> => accumulator + x;
    }

    internal readonly struct DotReducer : IReducer
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Step<V>(V accumulator, V x, V y, V parameter)
            where V : unmanaged, ILanes<V> => V.MultiplyAdd(x, y, accumulator);
    }

    internal readonly struct SquaredDistanceReducer : IReducer
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Step<V>(V accumulator, V x, V y, V parameter)
            where V : unmanaged, ILanes<V>
        {
            V difference = x - y;
            return V.MultiplyAdd(difference, difference, accumulator);
        }
    }

    private readonly struct DeviationReducer : IReducer
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Step<V>(V accumulator, V x, V y, V parameter)
            where V : unmanaged, ILanes<V> => accumulator + (x - parameter);
    }

    private readonly struct SquaredDeviationReducer : IReducer
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Step<V>(V accumulator, V x, V y, V parameter)
            where V : unmanaged, ILanes<V>
        {
            V deviation = x - parameter;
            return V.MultiplyAdd(deviation, deviation, accumulator);
        }
    }
}
