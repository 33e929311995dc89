using Akin.Tensors.Operations;

namespace Akin.Tensors.Tests.Operations;

/// <summary>Attention over ragged sequences against central differences in double.</summary>
public sealed class AttentionGradientTests
{
    [Theory]
    [InlineData(1, false, false, 0)]
    [InlineData(2, true, false, 0)]
    [InlineData(3, false, true, 0)]
    [InlineData(4, true, true, 0)]
    [InlineData(5, false, false, 0.4f)]
    [InlineData(6, true, true, 0.2f)]
    public void SelfAttention_OverRaggedSequences_HasTheDerivative(int seed, bool isCausal, bool hasBias, float dropout)
    {
        Random random = new(seed);
        const int MaxDistance = 2;
        (int heads, int headSize) = (random.Next(1, 4), random.Next(1, 9));
        int width = heads * headSize;
        RaggedBatch batch = new();
        foreach (int length in (ReadOnlySpan<int>)[random.Next(1, 6), 0, random.Next(1, 6)])
        {
            batch.Add(new int[length]);
        }

        Tensor input = GradientCheck.Random(random, batch.TokenCount, 3 * width);
        Tensor bias = GradientCheck.Random(random, heads, (2 * MaxDistance) + 1);
        AttentionOptions options = new() { HeadCount = heads, HeadSize = headSize, IsCausal = isCausal, Dropout = dropout };
        int probabilityCount = heads * Enumerable.Range(0, batch.SequenceCount).Sum(sequence => batch.Length(sequence) * batch.Length(sequence));
        float[] mask = GradientCheck.FirstMask(probabilityCount, dropout);
        GradientCheck.Run(
            hasBias ? [input, bias] : [input],
            context => context.SelfAttention(input, batch, options, hasBias ? bias : null).Context,
            values =>
            {
                double[] output = new double[batch.TokenCount * width];
                ReadOnlySpan<int> offsets = batch.Offsets.Span;
                int firstProbability = 0;
                for (int sequence = 0; sequence < batch.SequenceCount; sequence++)
                {
                    int length = batch.Length(sequence);
                    for (int head = 0; head < heads; head++, firstProbability += length * length)
                    {
                        for (int query = offsets[sequence]; query < offsets[sequence + 1]; query++)
                        {
                            int lastKey = isCausal ? query + 1 : offsets[sequence + 1];
                            double total = 0;
                            double[] context = new double[headSize];
                            for (int key = offsets[sequence]; key < lastKey; key++)
                            {
                                double score = 0;
                                for (int i = 0; i < headSize; i++)
                                {
                                    score += values[0][(query * 3 * width) + (head * headSize) + i] * values[0][(key * 3 * width) + width + (head * headSize) + i];
                                }

                                score /= Math.Sqrt(headSize);
                                score += hasBias ? values[1][(head * ((2 * MaxDistance) + 1)) + Math.Clamp(key - query, -MaxDistance, MaxDistance) + MaxDistance] : 0;
                                total += Math.Exp(score);
                                float kept = mask[firstProbability + ((query - offsets[sequence]) * length) + key - offsets[sequence]];
                                for (int i = 0; i < headSize; i++)
                                {
                                    context[i] += kept * Math.Exp(score) * values[0][(key * 3 * width) + (2 * width) + (head * headSize) + i];
                                }
                            }

                            for (int i = 0; i < headSize; i++)
                            {
                                output[(query * width) + (head * headSize) + i] = context[i] / total;
                            }
                        }
                    }
                }

                return output;
            });
    }

    [Fact]
    public void CrossAttention_OfTwoBatches_HasTheDerivative()
    {
        Random random = new(7);
        const int Heads = 2, HeadSize = 3, Width = Heads * HeadSize;
        RaggedBatch batch = new();
        RaggedBatch other = new();
        batch.Add(new int[2]);
        batch.Add(new int[3]);
        other.Add(new int[4]);
        other.Add(new int[1]);
        Tensor query = GradientCheck.Random(random, 5, Width);
        Tensor keyValue = GradientCheck.Random(random, 5, 2 * Width);
        AttentionOptions options = new() { HeadCount = Heads, HeadSize = HeadSize, Scale = 0.7f };
        GradientCheck.Run(
            [query, keyValue],
            context => context.CrossAttention(query, keyValue, batch, other, options).Context,
            values => Enumerable.Range(0, 5 * Width).Select(i =>
            {
                (int row, int head) = (i / Width, i % Width / HeadSize);
                (int firstKey, int endKey) = row < 2 ? (0, 4) : (4, 5);
                double total = 0, sum = 0;
                for (int key = firstKey; key < endKey; key++)
                {
                    double score = 0;
                    for (int j = head * HeadSize; j < (head + 1) * HeadSize; j++)
                    {
                        score += values[0][(row * Width) + j] * values[1][(key * 2 * Width) + j];
                    }

                    double weight = Math.Exp(0.7f * score);
                    total += weight;
                    sum += weight * values[1][(key * 2 * Width) + Width + (i % Width)];
                }

                return sum / total;
            }).ToArray());
    }
}
