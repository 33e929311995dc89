namespace Akin.Kernels.Reference;

/// <summary>Pooling of one sequence in double precision: the truth the float32 kernels are tested against.</summary>
internal static class PoolingReference
{
    public static void Forward(PoolingMode mode, ReadOnlySpan<float> tokens, int width, Span<float> output)
    {
        int tokenCount = tokens.Length / width;
        for (int column = 0; column < width; column++)
        {
            double value = 0;
            double maximum = double.NegativeInfinity;
            for (int token = 0; token < tokenCount; token++)
            {
                value += Weight(mode, token, tokenCount) * tokens[token * width + column];
                maximum = Math.Max(maximum, tokens[token * width + column]);
            }

            output[column] = (float)(mode == PoolingMode.Max && tokenCount > 0 ? maximum : value);
        }
    }

    public static void Backward(
        PoolingMode mode, ReadOnlySpan<float> tokens, int width, ReadOnlySpan<float> outputGradient, Span<float> tokenGradient)
    {
        int tokenCount = tokens.Length / width;
        for (int column = 0; column < width; column++)
        {
            int largest = 0;
            for (int token = 0; token < tokenCount; token++)
            {
                largest = tokens[token * width + column] > tokens[largest * width + column] ? token : largest;
            }

            for (int token = 0; token < tokenCount; token++)
            {
                double weight = mode == PoolingMode.Max ? (token == largest ? 1 : 0) : Weight(mode, token, tokenCount);
                if (weight != 0)
                {
                    tokenGradient[token * width + column] = (float)(tokenGradient[token * width + column] + weight * outputGradient[column]);
                }
            }
        }
    }

    /// <summary>Every mode but the maximum is a weighted sum; this is the weight of a token.</summary>
    private static double Weight(PoolingMode mode, int token, int tokenCount) => mode switch
    {
        PoolingMode.Cls => token == 0 ? 1 : 0,
        PoolingMode.LastToken => token == tokenCount - 1 ? 1 : 0,
        PoolingMode.Mean => 1.0 / tokenCount,
        PoolingMode.MeanSqrtLength => 1 / Math.Sqrt(tokenCount),
        PoolingMode.WeightedMean => (token + 1) / (0.5 * tokenCount * (tokenCount + 1)),
        PoolingMode.Max => 0,
        _ => throw Pooling.Unknown(mode),
    };
}
