using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Akin.Kernels.Lanes;

/// <summary>Four floats: Arm64 AdvSimd or x86 SSE.</summary>
internal readonly struct Lanes128(Vector128<float> vector) : ILanes<Lanes128>
{
    public readonly Vector128<float> Vector = vector;

    public static int Count => Vector128<float>.Count;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 Create(float value) => new(Vector128.Create(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 Load(ref readonly float source) => new(Vector128.LoadUnsafe(in source));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Lanes128 value, ref float destination) => value.Vector.StoreUnsafe(ref destination);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 operator +(Lanes128 left, Lanes128 right) => new(left.Vector + right.Vector);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 operator -(Lanes128 left, Lanes128 right) => new(left.Vector - right.Vector);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 operator *(Lanes128 left, Lanes128 right) => new(left.Vector * right.Vector);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 operator /(Lanes128 left, Lanes128 right) => new(left.Vector / right.Vector);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 MultiplyAdd(Lanes128 a, Lanes128 b, Lanes128 c) => new(Vector128.FusedMultiplyAdd(a.Vector, b.Vector, c.Vector));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 Min(Lanes128 left, Lanes128 right) => new(Vector128.MinNative(left.Vector, right.Vector));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 Max(Lanes128 left, Lanes128 right) => new(Vector128.MaxNative(left.Vector, right.Vector));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 Abs(Lanes128 value) => new(Vector128.Abs(value.Vector));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 Sqrt(Lanes128 value) => new(Vector128.Sqrt(value.Vector));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 Round(Lanes128 value) => new(Vector128.Round(value.Vector));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 CopySign(Lanes128 magnitude, Lanes128 sign) =>
        new(Vector128.ConditionalSelect(Vector128.Create(-0f), sign.Vector, magnitude.Vector));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 Scale(Lanes128 value, Lanes128 exponent)
    {
        // Two factors 2^a · 2^b, each a normal number; only the second product can round.
        Vector128<int> whole = Vector128.ConvertToInt32Native(exponent.Vector);
        Vector128<int> first = whole >> 1;
        return new(value.Vector * PowerOfTwo(first) * PowerOfTwo(whole - first));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 Split(Lanes128 value, out Lanes128 exponent)
    {
        // Counting from √½ instead of 1 makes the mantissa's range symmetric about 1.
        Vector128<int> bits = value.Vector.AsInt32();
        Vector128<int> whole = (bits - Vector128.Create(FloatBits.RootOfHalf)) >> FloatBits.MantissaBits;
        exponent = new(Vector128.ConvertToSingle(whole));
        return new((bits - (whole << FloatBits.MantissaBits)).AsSingle());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 IfLess(Lanes128 left, Lanes128 right, Lanes128 then, Lanes128 otherwise) =>
        new(Vector128.ConditionalSelect(Vector128.LessThan(left.Vector, right.Vector), then.Vector, otherwise.Vector));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 LookUp(ref readonly float table, Lanes128 key)
    {
        Vector128<int> index = (key.Vector.AsInt32() >>> FloatBits.TableIndexBit) & Vector128.Create(FloatBits.TableLength - 1);
        ref float entries = ref Unsafe.AsRef(in table);
        return new(Vector128.Create(
            Unsafe.Add(ref entries, index.ToScalar()),
            Unsafe.Add(ref entries, index.GetElement(1)),
            Unsafe.Add(ref entries, index.GetElement(2)),
            Unsafe.Add(ref entries, index.GetElement(3))));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Sum(Lanes128 value)
    {
        Vector128<float> pairs = value.Vector + Vector128.Shuffle(value.Vector, Vector128.Create(2, 3, 0, 1));
        return pairs.ToScalar() + pairs.GetElement(1);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Maximum(Lanes128 value)
    {
        Vector128<float> pairs = Vector128.MaxNative(value.Vector, Vector128.Shuffle(value.Vector, Vector128.Create(2, 3, 0, 1)));
        return Math.Max(pairs.ToScalar(), pairs.GetElement(1));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> PowerOfTwo(Vector128<int> exponent) =>
        ((exponent + Vector128.Create(FloatBits.ExponentBias)) << FloatBits.MantissaBits).AsSingle();
}
