namespace Akin.Kernels.Reference;

/// <summary>Row operations in double precision: slow, plain, and the truth the float32 kernels are tested against.</summary>
internal static class RowReference
{
    public static void Softmax(ReadOnlySpan<float> input, Span<float> output)
    {
        double maximum = Maximum(input);
        double sum = SumOfExponentials(input, maximum);
        for (int i = 0; i < input.Length; i++)
        {
            output[i] = (float)(Math.Exp(input[i] - maximum) / sum);
        }
    }

    public static void SoftmaxBackward(ReadOnlySpan<float> output, ReadOnlySpan<float> outputGradient, Span<float> inputGradient)
    {
        double dot = Dot(output, outputGradient);
        for (int i = 0; i < output.Length; i++)
        {
            inputGradient[i] = (float)(output[i] * (outputGradient[i] - dot));
        }
    }

    public static void LogSoftmax(ReadOnlySpan<float> input, Span<float> output)
    {
        double maximum = Maximum(input);
        double logarithm = Math.Log(SumOfExponentials(input, maximum));
        for (int i = 0; i < input.Length; i++)
        {
            output[i] = (float)(input[i] - maximum - logarithm);
        }
    }

    public static void LogSoftmaxBackward(ReadOnlySpan<float> output, ReadOnlySpan<float> outputGradient, Span<float> inputGradient)
    {
        double sum = 0;
        foreach (float gradient in outputGradient)
        {
            sum += gradient;
        }

        for (int i = 0; i < output.Length; i++)
        {
            inputGradient[i] = (float)(outputGradient[i] - Math.Exp(output[i]) * sum);
        }
    }

    public static void LayerNorm(ReadOnlySpan<float> input, ReadOnlySpan<float> gamma, ReadOnlySpan<float> beta, float epsilon, Span<float> output)
    {
        (double mean, double inverseDeviation) = Moments(input, epsilon);
        for (int i = 0; i < input.Length; i++)
        {
            output[i] = (float)((input[i] - mean) * inverseDeviation * gamma[i] + beta[i]);
        }
    }

    /// <summary>With x̂ the normalised row and g = dy·γ: dx = (g − mean g − x̂ mean(g x̂)) / deviation; dγ += dy·x̂; dβ += dy.</summary>
    public static void LayerNormBackward(
        ReadOnlySpan<float> input,
        int rowCount,
        ReadOnlySpan<float> gamma,
        float epsilon,
        ReadOnlySpan<float> outputGradient,
        Span<float> inputGradient,
        Span<float> gammaGradient,
        Span<float> betaGradient)
    {
        int width = gamma.Length;
        double[] gammaSum = new double[width];
        double[] betaSum = new double[width];
        for (int row = 0; row < rowCount; row++)
        {
            ReadOnlySpan<float> x = input.Slice(row * width, width);
            ReadOnlySpan<float> dy = outputGradient.Slice(row * width, width);
            (double mean, double inverseDeviation) = Moments(x, epsilon);
            double gradientMean = 0;
            double projection = 0;
            for (int i = 0; i < width; i++)
            {
                double normalized = (x[i] - mean) * inverseDeviation;
                gradientMean += (double)dy[i] * gamma[i] / width;
                projection += (double)dy[i] * gamma[i] * normalized / width;
                gammaSum[i] += dy[i] * normalized;
                betaSum[i] += dy[i];
            }

            for (int i = 0; i < (inputGradient.IsEmpty ? 0 : width); i++)
            {
                double normalized = (x[i] - mean) * inverseDeviation;
                inputGradient[row * width + i] = (float)(((double)dy[i] * gamma[i] - gradientMean - normalized * projection) * inverseDeviation);
            }
        }

        AddTo(gammaGradient, gammaSum);
        AddTo(betaGradient, betaSum);
    }

    public static void RmsNorm(ReadOnlySpan<float> input, ReadOnlySpan<float> gamma, float epsilon, Span<float> output)
    {
        double scale = 1 / Math.Sqrt(Dot(input, input) / input.Length + epsilon);
        for (int i = 0; i < input.Length; i++)
        {
            output[i] = (float)(input[i] * scale * gamma[i]);
        }
    }

    /// <summary>With x̂ = x·s, s = 1/√(mean x² + ε) and g = dy·γ: dx = s (g − x̂ mean(g x̂)); dγ += dy·x̂.</summary>
    public static void RmsNormBackward(
        ReadOnlySpan<float> input,
        int rowCount,
        ReadOnlySpan<float> gamma,
        float epsilon,
        ReadOnlySpan<float> outputGradient,
        Span<float> inputGradient,
        Span<float> gammaGradient)
    {
        int width = gamma.Length;
        double[] gammaSum = new double[width];
        for (int row = 0; row < rowCount; row++)
        {
            ReadOnlySpan<float> x = input.Slice(row * width, width);
            ReadOnlySpan<float> dy = outputGradient.Slice(row * width, width);
            double scale = 1 / Math.Sqrt(Dot(x, x) / width + epsilon);
            double projection = 0;
            for (int i = 0; i < width; i++)
            {
                projection += (double)dy[i] * gamma[i] * x[i] * scale / width;
                gammaSum[i] += (double)dy[i] * x[i] * scale;
            }

            for (int i = 0; i < (inputGradient.IsEmpty ? 0 : width); i++)
            {
                inputGradient[row * width + i] = (float)(((double)dy[i] * gamma[i] - x[i] * scale * projection) * scale);
            }
        }

        AddTo(gammaGradient, gammaSum);
    }

    public static void Normalize(ReadOnlySpan<float> input, float epsilon, Span<float> output)
    {
        double length = Math.Max(Math.Sqrt(Dot(input, input)), epsilon);
        for (int i = 0; i < input.Length; i++)
        {
            output[i] = (float)(input[i] / length);
        }
    }

    public static void NormalizeBackward(ReadOnlySpan<float> input, float epsilon, ReadOnlySpan<float> outputGradient, Span<float> inputGradient)
    {
        double length = Math.Sqrt(Dot(input, input));
        double divisor = Math.Max(length, epsilon);
        double projection = length > epsilon ? Dot(input, outputGradient) / (length * length) : 0;
        for (int i = 0; i < input.Length; i++)
        {
            inputGradient[i] = (float)((outputGradient[i] - input[i] * projection) / divisor);
        }
    }

    public static double Dot(ReadOnlySpan<float> left, ReadOnlySpan<float> right)
    {
        double sum = 0;
        for (int i = 0; i < left.Length; i++)
        {
            sum += (double)left[i] * right[i];
        }

        return sum;
    }

    private static (double Mean, double InverseDeviation) Moments(ReadOnlySpan<float> row, float epsilon)
    {
        double mean = 0;
        foreach (float x in row)
        {
            mean += x;
        }

        mean /= row.Length;
        double variance = 0;
        foreach (float x in row)
        {
            variance += (x - mean) * (x - mean);
        }

        return (mean, 1 / Math.Sqrt(variance / row.Length + epsilon));
    }

    private static double Maximum(ReadOnlySpan<float> row)
    {
        double maximum = double.NegativeInfinity;
        foreach (float x in row)
        {
            maximum = Math.Max(maximum, x);
        }

        return maximum;
    }

    private static double SumOfExponentials(ReadOnlySpan<float> row, double maximum)
    {
        double sum = 0;
        foreach (float x in row)
        {
            sum += Math.Exp(x - maximum);
        }

        return sum;
    }

    private static void AddTo(Span<float> destination, double[] sums)
    {
        for (int i = 0; i < destination.Length; i++)
        {
            destination[i] = (float)(destination[i] + sums[i]);
        }
    }
}
