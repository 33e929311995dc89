using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Akin.Kernels;

/// <summary>Dropout: numbers become 0 with probability p, the others grow by 1 / (1 − p) (Srivastava et al. 2014).</summary>
/// <remarks>
/// Whether number i is dropped is a hash of i and of the key: the same on every thread, tier and machine, so that the backward pass draws again
/// instead of remembering. Of 2³² equally likely hashes round(p · 2³²) drop.
/// </remarks>
public static class Dropout
{
    /// <summary>Numbers a task handles.</summary>
    private const int TaskLength = 16 * 1024;

    /// <summary>Writes y = x ∘ m, or y = x ∘ m + r.</summary>
    /// <param name="input">x, any length.</param>
    /// <param name="probability">p, from 0 to 1; at 1 every number becomes 0.</param>
    /// <param name="key">Chooses the mask m.</param>
    /// <param name="residual">r, the same length, or empty for none.</param>
    /// <param name="output">y, the same length; may be <paramref name="input"/> or <paramref name="residual"/> itself.</param>
    /// <param name="pool">The threads to use.</param>
    /// <exception cref="ArgumentException">The lengths differ, or spans overlap without being the same.</exception>
    /// <exception cref="ArgumentOutOfRangeException">p is outside its bounds.</exception>
    public static unsafe void Apply(
        ReadOnlySpan<float> input, float probability, ulong key, ReadOnlySpan<float> residual, Span<float> output, WorkerPool pool)
    {
        ArgumentNullException.ThrowIfNull(pool);
        Shape.Require(output.Length, input.Length, "as many as input", nameof(output));
        Shape.Require(residual.Length, residual.IsEmpty ? 0 : input.Length, "as many as input, or none", nameof(residual));
        Shape.RequireSameOrApart<float, float>(input, output, nameof(output));
        Shape.RequireSameOrApart<float, float>(residual, output, nameof(output));
        DropoutMask mask = new(probability, key);
        fixed (float* x = input, r = residual, y = output)
        {
            Body body = new() { Mask = mask, Input = x, Residual = r, Output = y, Length = input.Length };
            pool.For((input.Length + TaskLength - 1) / TaskLength, ref body);
        }
    }

    [StructLayout(LayoutKind.Auto)]
    private unsafe struct Body : IParallelBody
    {
        public required DropoutMask Mask;
        public required float* Input;
        public required float* Residual;
        public required float* Output;
        public required int Length;

        public readonly void Execute(int taskIndex)
        {
            int first = taskIndex * TaskLength;
            int count = Math.Min(TaskLength, Length - first);
            Mask.Apply(Input + first, (uint)first, Output + first, count, Residual == null ? null : Residual + first);
        }
    }
}

/// <summary>The mask of one dropout.</summary>
internal readonly unsafe struct DropoutMask
{
    private readonly uint _threshold;
    private readonly uint _firstKey;
    private readonly uint _secondKey;
    private readonly float _scale;

    public DropoutMask(float probability, ulong key)
    {
        if (!(probability is >= 0 and <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(probability), probability, "A dropout probability lies between 0 and 1.");
        }

        _threshold = (uint)Math.Min(Math.Round(probability * 4294967296.0), uint.MaxValue);
        (_firstKey, _secondKey) = ((uint)key, (uint)(key >> 32));
        _scale = probability == 1 ? 0 : 1 / (1 - probability);
    }

    /// <summary>output = x ∘ m (+ residual), for numbers <paramref name="firstIndex"/> and on.</summary>
    [MethodImpl(HotCode.Options)]
    public void Apply(float* x, uint firstIndex, float* output, int count, float* residual = null)
    {
        Vector256<float> scale = Vector256.Create(_scale);
        Vector256<uint> threshold = Vector256.Create(_threshold);
        Vector256<uint> index = Vector256.Create(firstIndex) + Vector256<uint>.Indices;
        int i = 0;
        for (; i <= count - Vector256<float>.Count; i += Vector256<float>.Count)
        {
            Vector256<float> kept = Vector256.GreaterThanOrEqual(Hash(index), threshold).AsSingle();
            Vector256<float> value = Vector256.BitwiseAnd(Vector256.Load(x + i) * scale, kept);
            (residual == null ? value : value + Vector256.Load(residual + i)).Store(output + i);
            index += Vector256.Create((uint)Vector256<float>.Count);
        }

        for (; i < count; i++)
        {
            // The same functions on a vector of one number, so that the bits are the same.
            bool isKept = Hash(Vector256.Create(firstIndex + (uint)i)).ToScalar() >= _threshold;
            float value = isKept ? x[i] * _scale : 0;
            output[i] = residual == null ? value : value + residual[i];
        }
    }

    /// <summary>
    /// A bijective mix of 32 bits (Wellons 2018, "Prospecting for hash functions": triple32, the least biased of four shifts and three
    /// multiplications), with the key's halves added before it and after its first round.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Vector256<uint> Hash(Vector256<uint> index)
    {
        Vector256<uint> hash = index + Vector256.Create(_firstKey);
        hash = (hash ^ (hash >> 17)) * Vector256.Create(0xED5AD4BBu);
        hash += Vector256.Create(_secondKey);
        hash = (hash ^ (hash >> 11)) * Vector256.Create(0xAC4C1B51u);
        hash = (hash ^ (hash >> 15)) * Vector256.Create(0x31848BABu);
        return hash ^ (hash >> 14);
    }
}
