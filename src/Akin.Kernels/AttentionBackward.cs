using System.Numerics;

namespace Akin.Kernels;

/// <summary>The backward pass from saved probabilities P.</summary>
/// <remarks>
/// With <c>C = P·V</c>, <c>P = softmax(S)</c>, <c>S = scale·Q·Kᵀ + bias</c>:
/// <c>dV = Pᵀ·dC</c>, <c>dP = dC·Vᵀ</c>, <c>dS = P ∘ (dP - rowsum(P ∘ dP))</c>, <c>dQ = scale·dS·K</c>, <c>dK = scale·dSᵀ·Q</c>, <c>dBias = dS</c>.
/// With dropout P ∘ m stands for P in dV, and dP is masked in the same way.
/// A task is one head of one sequence; when the bias wants its gradient, which all sequences share, one head of all sequences in order.
/// </remarks>
internal unsafe struct AttentionBackward : IParallelBody
{
    public required AttentionLayout Layout;
    public required float Scale;
    public required int RelativeBiasWidth;
    public required int* QueryPositions;
    public required int* KeyPositions;
    public required float* Probabilities;
    public required float* ContextGradient;
    public required float* QueryGradient;
    public required float* KeyGradient;
    public required float* ValueGradient;

    /// <summary>Null when it is not wanted.</summary>
    public required float* RelativeBiasGradient;

    /// <summary>Whether <see cref="Mask"/> was applied to the softmax.</summary>
    public required bool Drops;

    public required DropoutMask Mask;

    public void Run(WorkerPool pool) =>
        pool.For(RelativeBiasGradient == null ? checked(Layout.SequenceCount * Layout.HeadCount) : Layout.HeadCount, ref this);

    public readonly void Execute(int taskIndex)
    {
        if (RelativeBiasGradient == null)
        {
            Execute(taskIndex / Layout.HeadCount, taskIndex % Layout.HeadCount);
            return;
        }

        for (int sequence = 0; sequence < Layout.SequenceCount; sequence++)
        {
            Execute(sequence, taskIndex);
        }
    }

    private readonly void Execute(int sequenceIndex, int head)
    {
        AttentionLayout.Sequence sequence = Layout[sequenceIndex];
        (int queryCount, int keyCount) = (sequence.QueryCount, sequence.KeyCount);
        nint column = (nint)head * Layout.HeadSize;
        nint firstQuery = (sequence.FirstQuery * Layout.QueryStride) + column;
        nint firstKey = (sequence.FirstKey * Layout.KeyStride) + column;
        nint firstValue = (sequence.FirstKey * Layout.ValueStride) + column;
        float* dContext = ContextGradient + (sequence.FirstQuery * Layout.HiddenSize) + column;
        nint firstProbability = Layout.FirstProbability(sequenceIndex) + ((nint)head * queryCount * keyCount);
        float* probabilities = Probabilities + firstProbability;

        // dP, then in place dS
        nint stride = Layout.ScoreStride(keyCount);
        float* dScores = NativeBuffer.Scratch(ScratchUse.Scores, queryCount * stride);
        float* values = Layout.TokensAsColumns(ScratchUse.Values, Layout.Value + firstValue, Layout.ValueStride, keyCount);
        Layout.Kernel.Multiply(
            queryCount, Layout.PanelCount(keyCount), Layout.HeadSize, dContext, Layout.HiddenSize, 1, values, Layout.PanelStride(Layout.HeadSize), dScores, stride);

        for (int query = 0; query < queryCount; query++)
        {
            float* row = probabilities + ((nint)query * keyCount);
            float* dRow = dScores + (query * stride);
            uint place = (uint)(firstProbability + ((nint)query * keyCount));
            if (Drops)
            {
                Mask.Apply(dRow, place, dRow, keyCount);
            }

            SoftmaxGradient(row, dRow, keyCount);
            if (Drops)
            {
                Mask.Apply(row, place, row, keyCount);
            }

            if (RelativeBiasGradient != null)
            {
                AddBiasGradient(sequence, head, query, dRow);
            }
        }

        float* dContextPanels = Layout.TokensAsRows(ScratchUse.ContextGradients, dContext, Layout.HiddenSize, queryCount);
        Layout.MultiplyRows(keyCount, queryCount, probabilities, 1, keyCount, dContextPanels, 1, ValueGradient + firstValue, Layout.ValueStride);
        float* keys = Layout.TokensAsRows(ScratchUse.Keys, Layout.Key + firstKey, Layout.KeyStride, keyCount);
        Layout.MultiplyRows(queryCount, keyCount, dScores, stride, 1, keys, Scale, QueryGradient + firstQuery, Layout.QueryStride);
        float* queries = Layout.TokensAsRows(ScratchUse.Queries, Layout.Query + firstQuery, Layout.QueryStride, queryCount);
        Layout.MultiplyRows(keyCount, queryCount, dScores, 1, stride, queries, Scale, KeyGradient + firstKey, Layout.KeyStride);
    }

    /// <summary>dS = P ∘ (dP - Σ P ∘ dP), in place.</summary>
    private static void SoftmaxGradient(float* probabilities, float* gradient, int count)
    {
        Vector<float> sums = Vector<float>.Zero;
        int i = 0;
        for (; i <= count - Vector<float>.Count; i += Vector<float>.Count)
        {
            sums += Vector.Load(probabilities + i) * Vector.Load(gradient + i);
        }

        float sum = Vector.Sum(sums);
        for (; i < count; i++)
        {
            sum += probabilities[i] * gradient[i];
        }

        for (i = 0; i <= count - Vector<float>.Count; i += Vector<float>.Count)
        {
            Vector.Store(Vector.Load(probabilities + i) * (Vector.Load(gradient + i) - new Vector<float>(sum)), gradient + i);
        }

        for (; i < count; i++)
        {
            gradient[i] = probabilities[i] * (gradient[i] - sum);
        }
    }

    private readonly void AddBiasGradient(AttentionLayout.Sequence sequence, int head, int query, float* gradient)
    {
        float* table = RelativeBiasGradient + ((nint)head * RelativeBiasWidth);
        int farthest = (RelativeBiasWidth - 1) / 2;
        long queryPosition = QueryPositions == null ? query : QueryPositions[sequence.FirstQuery + query];
        for (int key = 0; key < sequence.KeyCount; key++)
        {
            long keyPosition = KeyPositions == null ? key : KeyPositions[sequence.FirstKey + key];
            table[Math.Clamp(keyPosition - queryPosition, -farthest, farthest) + farthest] += gradient[key];
        }
    }
}
