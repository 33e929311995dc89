using System.Runtime.CompilerServices;

namespace Akin.Kernels.Lanes;

/// <summary>The second half of a row kernel: writes a row from one or two rows and constants of the row.</summary>
internal static class RowMath
{
    /// <summary>y = e^(x − shift); returns Σ y.</summary>
    [MethodImpl(HotCode.Options)]
    public static float ExpOfDifference<V>(ref float input, float shift, ref float output, int length)
        where V : unmanaged, ILanes<V>
    {
        V constant = V.Create(shift);
        V even = V.Create(0);
        V odd = even;
        int i = 0;
        for (; i <= length - 2 * V.Count; i += 2 * V.Count)
        {
            V first = LaneMath.Exp(V.Load(ref Unsafe.Add(ref input, i)) - constant);
            V second = LaneMath.Exp(V.Load(ref Unsafe.Add(ref input, i + V.Count)) - constant);
            V.Store(first, ref Unsafe.Add(ref output, i));
            V.Store(second, ref Unsafe.Add(ref output, i + V.Count));
            even += first;
            odd += second;
        }

        if (i <= length - V.Count)
        {
            V first = LaneMath.Exp(V.Load(ref Unsafe.Add(ref input, i)) - constant);
            V.Store(first, ref Unsafe.Add(ref output, i));
            even += first;
            i += V.Count;
        }

        if (i < length)
        {
            // Missing lanes are e^−∞ = 0. (Where the shift is itself −∞ the whole row is NaN, as it should be.)
            V last = LaneMath.Exp(PartialLanes.Load<V>(ref Unsafe.Add(ref input, i), length - i, float.NegativeInfinity) - constant);
            PartialLanes.Store(last, ref Unsafe.Add(ref output, i), length - i);
            odd += last;
        }

        return V.Sum(even + odd);
    }

    /// <summary>Σ e^(x − shift).</summary>
    [MethodImpl(HotCode.Options)]
    public static float SumOfExponentials<V>(ref float input, float shift, int length)
        where V : unmanaged, ILanes<V>
    {
        V constant = V.Create(shift);
        V even = V.Create(0);
        V odd = even;
        int i = 0;
        for (; i <= length - 2 * V.Count; i += 2 * V.Count)
        {
            even += LaneMath.Exp(V.Load(ref Unsafe.Add(ref input, i)) - constant);
            odd += LaneMath.Exp(V.Load(ref Unsafe.Add(ref input, i + V.Count)) - constant);
        }

        if (i <= length - V.Count)
        {
            even += LaneMath.Exp(V.Load(ref Unsafe.Add(ref input, i)) - constant);
            i += V.Count;
        }

        if (i < length)
        {
            odd += LaneMath.Exp(PartialLanes.Load<V>(ref Unsafe.Add(ref input, i), length - i, float.NegativeInfinity) - constant);
        }

        return V.Sum(even + odd);
    }

    /// <summary>output = TMap(first, second, a, b), where a and b are constants of the row.</summary>
    [MethodImpl(HotCode.Options)]
    public static void Map<TMap, V>(ref float first, ref float second, float a, float b, ref float output, int length)
        where TMap : struct, IRowMap
        where V : unmanaged, ILanes<V>
    {
        V constantA = V.Create(a);
        V constantB = V.Create(b);
        int i = 0;
        for (; i <= length - V.Count; i += V.Count)
        {
            V x = V.Load(ref Unsafe.Add(ref first, i));
            V y = V.Load(ref Unsafe.Add(ref second, i));
            V.Store(TMap.Invoke(x, y, constantA, constantB), ref Unsafe.Add(ref output, i));
        }

        if (i < length)
        {
            V x = PartialLanes.Load<V>(ref Unsafe.Add(ref first, i), length - i, 0);
            V y = PartialLanes.Load<V>(ref Unsafe.Add(ref second, i), length - i, 0);
            PartialLanes.Store(TMap.Invoke(x, y, constantA, constantB), ref Unsafe.Add(ref output, i), length - i);
        }
    }
}
