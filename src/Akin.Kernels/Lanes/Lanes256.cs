using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Akin.Kernels.Lanes;

/// <summary>Eight floats: AVX2 with FMA.</summary>
internal readonly struct Lanes256(Vector256<float> vector) : ILanes<Lanes256>
{
    public readonly Vector256<float> Vector = vector;

    public static int Count => Vector256<float>.Count;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 Create(float value) => new(Vector256.Create(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 Load(ref readonly float source) => new(Vector256.LoadUnsafe(in source));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Lanes256 value, ref float destination) => value.Vector.StoreUnsafe(ref destination);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 operator +(Lanes256 left, Lanes256 right) => new(left.Vector + right.Vector);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 operator -(Lanes256 left, Lanes256 right) => new(left.Vector - right.Vector);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 operator *(Lanes256 left, Lanes256 right) => new(left.Vector * right.Vector);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 operator /(Lanes256 left, Lanes256 right) => new(left.Vector / right.Vector);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 MultiplyAdd(Lanes256 a, Lanes256 b, Lanes256 c) => new(Vector256.FusedMultiplyAdd(a.Vector, b.Vector, c.Vector));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 Min(Lanes256 left, Lanes256 right) => new(Vector256.MinNative(left.Vector, right.Vector));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 Max(Lanes256 left, Lanes256 right) => new(Vector256.MaxNative(left.Vector, right.Vector));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 Abs(Lanes256 value) => new(Vector256.Abs(value.Vector));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 Sqrt(Lanes256 value) => new(Vector256.Sqrt(value.Vector));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 Round(Lanes256 value) => new(Vector256.Round(value.Vector));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 CopySign(Lanes256 magnitude, Lanes256 sign) =>
        new(Vector256.ConditionalSelect(Vector256.Create(-0f), sign.Vector, magnitude.Vector));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 Scale(Lanes256 value, Lanes256 exponent)
    {
        // Two factors 2^a · 2^b, each a normal number; only the second product can round.
        Vector256<int> whole = Vector256.ConvertToInt32Native(exponent.Vector);
        Vector256<int> first = whole >> 1;
        return new(value.Vector * PowerOfTwo(first) * PowerOfTwo(whole - first));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 Split(Lanes256 value, out Lanes256 exponent)
    {
        // Counting from √½ instead of 1 makes the mantissa's range symmetric about 1.
        Vector256<int> bits = value.Vector.AsInt32();
        Vector256<int> whole = (bits - Vector256.Create(FloatBits.RootOfHalf)) >> FloatBits.MantissaBits;
        exponent = new(Vector256.ConvertToSingle(whole));
        return new((bits - (whole << FloatBits.MantissaBits)).AsSingle());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 IfLess(Lanes256 left, Lanes256 right, Lanes256 then, Lanes256 otherwise) =>
        new(Vector256.ConditionalSelect(Vector256.LessThan(left.Vector, right.Vector), then.Vector, otherwise.Vector));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 LookUp(ref readonly float table, Lanes256 key)
    {
        // Three bits choose in each half of the table, the fourth one, moved to the sign, between the halves.
        Vector256<int> index = key.Vector.AsInt32() >>> FloatBits.TableIndexBit;
        Vector256<float> first = Avx2.PermuteVar8x32(Vector256.LoadUnsafe(in table), index);
        Vector256<float> second = Avx2.PermuteVar8x32(Vector256.LoadUnsafe(in table, 8), index);
        return new(Avx.BlendVariable(first, second, (index << 28).AsSingle()));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Sum(Lanes256 value)
    {
        return Lanes128.Sum(new(value.Vector.GetLower() + value.Vector.GetUpper()));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Maximum(Lanes256 value)
    {
        return Lanes128.Maximum(new(Vector128.MaxNative(value.Vector.GetLower(), value.Vector.GetUpper())));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> PowerOfTwo(Vector256<int> exponent) =>
        ((exponent + Vector256.Create(FloatBits.ExponentBias)) << FloatBits.MantissaBits).AsSingle();
}
