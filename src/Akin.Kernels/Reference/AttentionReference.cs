namespace Akin.Kernels.Reference;

/// <summary>Attention in its plainest form, summed in double: the oracle of <see cref="Attention"/>.</summary>
internal static class AttentionReference
{
    /// <summary>See <see cref="Attention.Forward"/>.</summary>
    public static void Forward(in AttentionInput input, Span<float> context, Span<float> probabilities)
    {
        int size = input.HeadSize;
        int hidden = input.HeadCount * size;
        int written = 0;
        for (int sequence = 0; sequence + 1 < input.QueryOffsets.Length; sequence++)
        {
            int firstQuery = input.QueryOffsets[sequence];
            int queryCount = input.QueryOffsets[sequence + 1] - firstQuery;
            int firstKey = input.KeyOffsets[sequence];
            int keyCount = input.KeyOffsets[sequence + 1] - firstKey;
            double[] weights = new double[keyCount];
            for (int head = 0; head < input.HeadCount; head++)
            {
                for (int i = 0; i < queryCount; i++)
                {
                    int visible = input.Causal ? Math.Clamp(i + 1 + keyCount - queryCount, 0, keyCount) : keyCount;
                    double max = double.NegativeInfinity;
                    for (int j = 0; j < visible; j++)
                    {
                        double dot = 0;
                        for (int d = 0; d < size; d++)
                        {
                            dot += (double)input.Query[((firstQuery + i) * input.QueryStride) + (head * size) + d]
                                * input.Key[((firstKey + j) * input.KeyStride) + (head * size) + d];
                        }

                        weights[j] = (dot * input.Scale) + Bias(input, head, firstQuery, i, firstKey, j);
                        max = Math.Max(max, weights[j]);
                    }

                    double sum = 0;
                    for (int j = 0; j < visible; j++)
                    {
                        weights[j] = Math.Exp(weights[j] - max);
                        sum += weights[j];
                    }

                    for (int d = 0; d < size; d++)
                    {
                        double total = 0;
                        for (int j = 0; j < visible; j++)
                        {
                            total += weights[j] / sum * input.Value[((firstKey + j) * input.ValueStride) + (head * size) + d];
                        }

                        context[((firstQuery + i) * hidden) + (head * size) + d] = (float)total;
                    }

                    if (!probabilities.IsEmpty)
                    {
                        for (int j = 0; j < keyCount; j++)
                        {
                            probabilities[written + j] = j < visible ? (float)(weights[j] / sum) : 0;
                        }

                        written += keyCount;
                    }
                }
            }
        }
    }

    /// <summary>See <see cref="Attention.Backward"/>.</summary>
    public static void Backward(
        in AttentionInput input, ReadOnlySpan<float> probabilities, ReadOnlySpan<float> contextGradient, in AttentionGradients gradients)
    {
        int size = input.HeadSize;
        int hidden = input.HeadCount * size;
        int read = 0;
        double[] dQuery = new double[gradients.Query.Length];
        double[] dKey = new double[gradients.Key.Length];
        double[] dValue = new double[gradients.Value.Length];
        for (int sequence = 0; sequence + 1 < input.QueryOffsets.Length; sequence++)
        {
            int firstQuery = input.QueryOffsets[sequence];
            int queryCount = input.QueryOffsets[sequence + 1] - firstQuery;
            int firstKey = input.KeyOffsets[sequence];
            int keyCount = input.KeyOffsets[sequence + 1] - firstKey;
            double[] dWeight = new double[keyCount];
            for (int head = 0; head < input.HeadCount; head++)
            {
                for (int i = 0; i < queryCount; i++, read += keyCount)
                {
                    ReadOnlySpan<float> weight = probabilities.Slice(read, keyCount);
                    double mean = 0;
                    for (int j = 0; j < keyCount; j++)
                    {
                        double sum = 0;
                        for (int d = 0; d < size; d++)
                        {
                            double dContext = contextGradient[((firstQuery + i) * hidden) + (head * size) + d];
                            int value = ((firstKey + j) * input.ValueStride) + (head * size) + d;
                            sum += dContext * input.Value[value];
                            dValue[value] += weight[j] * dContext;
                        }

                        dWeight[j] = sum;
                        mean += sum * weight[j];
                    }

                    for (int j = 0; j < keyCount; j++)
                    {
                        double dScore = weight[j] * (dWeight[j] - mean); // the softmax's Jacobian
                        if (!gradients.RelativeBias.IsEmpty)
                        {
                            gradients.RelativeBias[BiasIndex(input, head, firstQuery, i, firstKey, j)] += (float)dScore;
                        }

                        for (int d = 0; d < size; d++)
                        {
                            int query = ((firstQuery + i) * input.QueryStride) + (head * size) + d;
                            int key = ((firstKey + j) * input.KeyStride) + (head * size) + d;
                            dQuery[query] += input.Scale * dScore * input.Key[key];
                            dKey[key] += input.Scale * dScore * input.Query[query];
                        }
                    }
                }
            }
        }

        Write(dQuery, gradients.Query, input.QueryStride, hidden);
        Write(dKey, gradients.Key, input.KeyStride, hidden);
        Write(dValue, gradients.Value, input.ValueStride, hidden);
    }

    /// <summary>The bias of one score.</summary>
    public static float Bias(in AttentionInput input, int head, int firstQuery, int query, int firstKey, int key)
    {
        return input.RelativeBias.IsEmpty ? 0 : input.RelativeBias[BiasIndex(input, head, firstQuery, query, firstKey, key)];
    }

    private static int BiasIndex(in AttentionInput input, int head, int firstQuery, int query, int firstKey, int key)
    {
        int width = input.RelativeBias.Length / input.HeadCount;
        int maxDistance = (width - 1) / 2;
        int queryPosition = input.QueryPositions.IsEmpty ? query : input.QueryPositions[firstQuery + query];
        int keyPosition = input.KeyPositions.IsEmpty ? key : input.KeyPositions[firstKey + key];
        return (head * width) + Math.Clamp(keyPosition - queryPosition, -maxDistance, maxDistance) + maxDistance;
    }

    /// <summary>Writes the columns of the heads and leaves what else a fused row holds.</summary>
    private static void Write(double[] gradient, Span<float> destination, int stride, int hidden)
    {
        for (int start = 0; start + hidden <= gradient.Length; start += stride)
        {
            for (int column = 0; column < hidden; column++)
            {
                destination[start + column] = (float)gradient[start + column];
            }
        }
    }
}
