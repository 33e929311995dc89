using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Akin.Kernels.Lanes;

/// <summary>Sixteen floats: AVX-512.</summary>
internal readonly struct Lanes512(Vector512<float> vector) : ILanes<Lanes512>
{
    public readonly Vector512<float> Vector = vector;

    public static int Count => Vector512<float>.Count;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 Create(float value) => new(Vector512.Create(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 Load(ref readonly float source) => new(Vector512.LoadUnsafe(in source));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Lanes512 value, ref float destination) => value.Vector.StoreUnsafe(ref destination);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 operator +(Lanes512 left, Lanes512 right) => new(left.Vector + right.Vector);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 operator -(Lanes512 left, Lanes512 right) => new(left.Vector - right.Vector);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 operator *(Lanes512 left, Lanes512 right) => new(left.Vector * right.Vector);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 operator /(Lanes512 left, Lanes512 right) => new(left.Vector / right.Vector);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 MultiplyAdd(Lanes512 a, Lanes512 b, Lanes512 c) => new(Vector512.FusedMultiplyAdd(a.Vector, b.Vector, c.Vector));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 Min(Lanes512 left, Lanes512 right) => new(Vector512.MinNative(left.Vector, right.Vector));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 Max(Lanes512 left, Lanes512 right) => new(Vector512.MaxNative(left.Vector, right.Vector));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 Abs(Lanes512 value) => new(Vector512.Abs(value.Vector));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 Sqrt(Lanes512 value) => new(Vector512.Sqrt(value.Vector));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 Round(Lanes512 value) => new(Vector512.Round(value.Vector));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 CopySign(Lanes512 magnitude, Lanes512 sign) =>
        new(Vector512.ConditionalSelect(Vector512.Create(-0f), sign.Vector, magnitude.Vector));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 Scale(Lanes512 value, Lanes512 exponent) => new(Avx512F.Scale(value.Vector, exponent.Vector));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 Split(Lanes512 value, out Lanes512 exponent)
    {
        // Counting from √½ instead of 1 makes the mantissa's range symmetric about 1.
        Vector512<int> bits = value.Vector.AsInt32();
        Vector512<int> whole = (bits - Vector512.Create(FloatBits.RootOfHalf)) >> FloatBits.MantissaBits;
        exponent = new(Vector512.ConvertToSingle(whole));
        return new((bits - (whole << FloatBits.MantissaBits)).AsSingle());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 IfLess(Lanes512 left, Lanes512 right, Lanes512 then, Lanes512 otherwise) =>
        new(Vector512.ConditionalSelect(Vector512.LessThan(left.Vector, right.Vector), then.Vector, otherwise.Vector));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 LookUp(ref readonly float table, Lanes512 key) =>
        new(Avx512F.PermuteVar16x32(Vector512.LoadUnsafe(in table), key.Vector.AsInt32() >>> FloatBits.TableIndexBit)); // higher bits are ignored

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Sum(Lanes512 value)
    {
        return Lanes256.Sum(new(value.Vector.GetLower() + value.Vector.GetUpper()));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Maximum(Lanes512 value)
    {
        return Lanes256.Maximum(new(Vector256.MaxNative(value.Vector.GetLower(), value.Vector.GetUpper())));
    }
}
