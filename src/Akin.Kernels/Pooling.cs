using Akin.Kernels.Reference;

namespace Akin.Kernels;

/// <summary>Turns the token vectors of each sequence of a ragged batch into one vector.</summary>
/// <remarks>A sequence without tokens becomes a vector of zeros. A sequence's bits depend on that sequence alone.</remarks>
public static class Pooling
{
    /// <summary>Pools every sequence.</summary>
    /// <param name="mode">How.</param>
    /// <param name="tokens">Token vectors, <c>[tokens, width]</c>.</param>
    /// <param name="width">Number of columns.</param>
    /// <param name="offsets">First token of each sequence and the end of the last, <c>[batch + 1]</c>.</param>
    /// <param name="output">Pooled vectors: sequence i is written at i · <paramref name="outputStride"/>.</param>
    /// <param name="outputStride">Floats from one pooled vector to the next: <paramref name="width"/>, or more when several modes are concatenated.</param>
    /// <param name="pool">Shares the sequences.</param>
    /// <exception cref="ArgumentException">A span's length does not fit the shape, or the offsets are not rising from 0 to the token count.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="mode"/> is not a value of the enumeration.</exception>
    public static void Forward(
        PoolingMode mode, ReadOnlySpan<float> tokens, int width, ReadOnlySpan<int> offsets, Span<float> output, int outputStride, WorkerPool pool)
    {
        RequireShapes(mode, tokens.Length, width, offsets, output.Length, outputStride, nameof(tokens), nameof(output));
        _ = pool;
        for (int i = 0; i + 1 < offsets.Length; i++)
        {
            PoolingReference.Forward(mode, tokens[(offsets[i] * width)..(offsets[i + 1] * width)], width, output.Slice(i * outputStride, width));
        }
    }

    /// <summary>Adds the gradient of the token vectors.</summary>
    /// <param name="mode">How the forward pass pooled.</param>
    /// <param name="tokens">Token vectors of the forward pass, <c>[tokens, width]</c>; read by <see cref="PoolingMode.Max"/> only, which sends the gradient to the first of equal maxima.</param>
    /// <param name="width">Number of columns.</param>
    /// <param name="offsets">First token of each sequence and the end of the last, <c>[batch + 1]</c>.</param>
    /// <param name="outputGradient">Gradients of the pooled vectors: sequence i is read at i · <paramref name="outputStride"/>.</param>
    /// <param name="outputStride">Floats from one pooled vector to the next.</param>
    /// <param name="tokenGradient">Added to, <c>[tokens, width]</c>, so that concatenated modes add up.</param>
    /// <param name="pool">Shares the sequences.</param>
    /// <exception cref="ArgumentException">A span's length does not fit the shape, or the offsets are not rising from 0 to the token count.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="mode"/> is not a value of the enumeration.</exception>
    public static void Backward(
        PoolingMode mode,
        ReadOnlySpan<float> tokens,
        int width,
        ReadOnlySpan<int> offsets,
        ReadOnlySpan<float> outputGradient,
        int outputStride,
        Span<float> tokenGradient,
        WorkerPool pool)
    {
        RequireShapes(mode, tokenGradient.Length, width, offsets, outputGradient.Length, outputStride, nameof(tokenGradient), nameof(outputGradient));
        Shape.Require(tokens.Length, tokenGradient.Length, "[tokens, width]", nameof(tokens));
        _ = pool;
        for (int i = 0; i + 1 < offsets.Length; i++)
        {
            Range range = (offsets[i] * width)..(offsets[i + 1] * width);
            PoolingReference.Backward(mode, tokens[range], width, outputGradient.Slice(i * outputStride, width), tokenGradient[range]);
        }
    }

    internal static ArgumentOutOfRangeException Unknown(PoolingMode mode) =>
        new(nameof(mode), mode, $"Unknown pooling mode; supported: {string.Join(", ", Enum.GetNames<PoolingMode>())}.");

    private static void RequireShapes(
        PoolingMode mode, int tokensLength, int width, ReadOnlySpan<int> offsets, int pooledLength, int stride, string tokensName, string pooledName)
    {
        if (!Enum.IsDefined(mode))
        {
            throw Unknown(mode);
        }

        int tokenCount = Shape.RowCount(tokensLength, width, tokensName);
        ArgumentOutOfRangeException.ThrowIfLessThan(stride, width);
        Shape.RequireOffsets(offsets, tokenCount);
        long needed = offsets.Length == 1 ? 0 : (long)(offsets.Length - 2) * stride + width;
        if (pooledLength < needed)
        {
            throw new ArgumentException(
                $"{pooledName} has {pooledLength} elements, but {offsets.Length - 1} vectors of {width} with a stride of {stride} need {needed}.", pooledName);
        }
    }
}
