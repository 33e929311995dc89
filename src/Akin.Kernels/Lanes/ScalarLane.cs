using System.Runtime.CompilerServices;

namespace Akin.Kernels.Lanes;

/// <summary>One float: the plainest width, for processors without vectors and as the yardstick of the wider ones.</summary>
internal readonly struct ScalarLane(float value) : ILanes<ScalarLane>
{
    public readonly float Value = value;

    public static int Count => 1;

    public static ScalarLane Create(float value) => new(value);

    public static ScalarLane Load(ref readonly float source) => new(source);

    public static void Store(ScalarLane value, ref float destination) => destination = value.Value;

    public static ScalarLane operator +(ScalarLane left, ScalarLane right) => new(left.Value + right.Value);

    public static ScalarLane operator -(ScalarLane left, ScalarLane right) => new(left.Value - right.Value);

    public static ScalarLane operator *(ScalarLane left, ScalarLane right) => new(left.Value * right.Value);

    public static ScalarLane operator /(ScalarLane left, ScalarLane right) => new(left.Value / right.Value);

    public static ScalarLane MultiplyAdd(ScalarLane a, ScalarLane b, ScalarLane c) => new(MathF.FusedMultiplyAdd(a.Value, b.Value, c.Value));

    public static ScalarLane Min(ScalarLane left, ScalarLane right) => left.Value < right.Value ? left : right;

    public static ScalarLane Max(ScalarLane left, ScalarLane right) => left.Value > right.Value ? left : right;

    public static ScalarLane Abs(ScalarLane value) => new(MathF.Abs(value.Value));

    public static ScalarLane Sqrt(ScalarLane value) => new(MathF.Sqrt(value.Value));

    public static ScalarLane Round(ScalarLane value) => new(MathF.Round(value.Value));

    public static ScalarLane CopySign(ScalarLane magnitude, ScalarLane sign) => new(MathF.CopySign(magnitude.Value, sign.Value));

    public static ScalarLane Scale(ScalarLane value, ScalarLane exponent)
    {
        // Two factors 2^a · 2^b, each a normal number; only the second product can round.
        int whole = (int)exponent.Value;
        int first = whole >> 1;
        return new(value.Value * PowerOfTwo(first) * PowerOfTwo(whole - first));
    }

    public static ScalarLane Split(ScalarLane value, out ScalarLane exponent)
    {
        int bits = BitConverter.SingleToInt32Bits(value.Value);
        int whole = (bits - FloatBits.RootOfHalf) >> FloatBits.MantissaBits;
        exponent = new(whole);
        return new(BitConverter.Int32BitsToSingle(bits - (whole << FloatBits.MantissaBits)));
    }

    public static ScalarLane IfLess(ScalarLane left, ScalarLane right, ScalarLane then, ScalarLane otherwise) =>
        left.Value < right.Value ? then : otherwise;

    public static ScalarLane LookUp(ref readonly float table, ScalarLane key) =>
        new(Unsafe.Add(ref Unsafe.AsRef(in table), (BitConverter.SingleToInt32Bits(key.Value) >> FloatBits.TableIndexBit) & (FloatBits.TableLength - 1)));

    public static float Sum(ScalarLane value) => value.Value;

    public static float Maximum(ScalarLane value) => value.Value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float PowerOfTwo(int exponent) =>
        BitConverter.Int32BitsToSingle((exponent + FloatBits.ExponentBias) << FloatBits.MantissaBits);
}
