namespace Akin.Kernels.Lanes;

/// <summary>A few floats that are computed with side by side: the one notation every element-wise and row kernel is written in.</summary>
/// <remarks>
/// A kernel is a generic method over <typeparamref name="TSelf"/>; the JIT compiles it once for each width with everything inlined.
/// All operations round as IEEE 754 says and <see cref="MultiplyAdd"/> rounds once on every machine (in software where the processor
/// cannot), so an element-wise function gives the same bits on every width.
/// </remarks>
internal interface ILanes<TSelf>
    where TSelf : unmanaged, ILanes<TSelf>
{
    /// <summary>How many floats there are.</summary>
    static abstract int Count { get; }

    static abstract TSelf Create(float value);

    static abstract TSelf Load(ref readonly float source);

    static abstract void Store(TSelf value, ref float destination);

    static abstract TSelf operator +(TSelf left, TSelf right);

    static abstract TSelf operator -(TSelf left, TSelf right);

    static abstract TSelf operator *(TSelf left, TSelf right);

    static abstract TSelf operator /(TSelf left, TSelf right);

    /// <summary>a · b + c, rounded once.</summary>
    static abstract TSelf MultiplyAdd(TSelf a, TSelf b, TSelf c);

    /// <summary>The smaller one; <paramref name="right"/> where it is NaN.</summary>
    static abstract TSelf Min(TSelf left, TSelf right);

    /// <summary>The larger one; <paramref name="right"/> where it is NaN.</summary>
    static abstract TSelf Max(TSelf left, TSelf right);

    static abstract TSelf Abs(TSelf value);

    static abstract TSelf Sqrt(TSelf value);

    /// <summary>To the nearest integer, ties to even.</summary>
    static abstract TSelf Round(TSelf value);

    /// <summary>The magnitude of one with the sign of the other.</summary>
    static abstract TSelf CopySign(TSelf magnitude, TSelf sign);

    /// <summary>value · 2^exponent, rounded once, for 2⁻⁴⁰ ≤ |value| ≤ 2⁴⁰ and whole exponents −200 … 200.</summary>
    static abstract TSelf Scale(TSelf value, TSelf exponent);

    /// <summary>For a positive normal value: value = mantissa · 2^exponent with mantissa in [√½, √2).</summary>
    static abstract TSelf Split(TSelf value, out TSelf exponent);

    /// <summary>Where left &lt; right the one, elsewhere (also at a NaN) the other.</summary>
    static abstract TSelf IfLess(TSelf left, TSelf right, TSelf then, TSelf otherwise);

    /// <summary>The entry of a table, for each lane.</summary>
    /// <param name="table"><see cref="FloatBits.TableLength"/> floats.</param>
    /// <param name="key">Four of its bits say which one: those from <see cref="FloatBits.TableIndexBit"/> on.</param>
    static abstract TSelf LookUp(ref readonly float table, TSelf key);

    /// <summary>The sum of all lanes: always the same tree (halves, then quarters …).</summary>
    static abstract float Sum(TSelf value);

    /// <summary>The largest lane; unspecified when one is NaN.</summary>
    static abstract float Maximum(TSelf value);
}
