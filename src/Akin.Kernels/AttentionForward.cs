using System.Runtime.CompilerServices;
using Akin.Kernels.Lanes;

namespace Akin.Kernels;

/// <summary>The forward pass: a task is one head of one sequence, or some of its blocks of queries when there are few heads.</summary>
internal unsafe struct AttentionForward : IParallelBody
{
    /// <summary>
    /// Queries whose scores are in work at once: with 512 keys 96 KiB. Blocks begin at multiples of this in every sequence, whatever the
    /// number of tasks.
    /// </summary>
    private const int QueriesPerBlock = 48;

    /// <summary>Tasks for each thread, where there is enough work.</summary>
    private const int TasksPerThread = 4;

    private const int LineLength = NativeBuffer.Alignment / sizeof(float);

    private int _partCount;

    public required AttentionLayout Layout;
    public required float Scale;
    public required bool IsCausal;

    /// <summary><c>[heads, RelativeBiasWidth]</c>, or null.</summary>
    public required float* RelativeBias;

    public required int RelativeBiasWidth;
    public required int* QueryPositions;
    public required int* KeyPositions;
    public required float* Context;

    /// <summary>Null when they are not wanted.</summary>
    public required float* Probabilities;

    /// <summary>Whether <see cref="Mask"/> is applied to the softmax, for training.</summary>
    public required bool Drops;

    public required DropoutMask Mask;

    public void Run(WorkerPool pool)
    {
        long headTaskCount = (long)Layout.SequenceCount * Layout.HeadCount;
        if (headTaskCount == 0)
        {
            return;
        }

        int longest = 0;
        for (int i = 0; i < Layout.SequenceCount; i++)
        {
            longest = Math.Max(longest, Layout[i].QueryCount);
        }

        // A part packs keys and values of its own, so heads are cut only when they alone cannot keep the threads busy.
        long wanted = pool.ThreadCount == 1 ? 1 : (long)pool.ThreadCount * TasksPerThread;
        _partCount = (int)Math.Clamp((wanted + headTaskCount - 1) / headTaskCount, 1, Math.Max(1, BlockCount(longest)));
        pool.For(checked((int)(headTaskCount * _partCount)), ref this);
    }

    public readonly void Execute(int taskIndex)
    {
        int part = taskIndex % _partCount;
        int head = taskIndex / _partCount % Layout.HeadCount;
        int sequenceIndex = taskIndex / _partCount / Layout.HeadCount;
        AttentionLayout.Sequence sequence = Layout[sequenceIndex];
        int blockCount = BlockCount(sequence.QueryCount);
        int firstBlock = (int)((long)blockCount * part / _partCount), endBlock = (int)((long)blockCount * (part + 1) / _partCount);
        if (firstBlock == endBlock)
        {
            return;
        }

        nint column = (nint)head * Layout.HeadSize;
        float* keys = Layout.TokensAsColumns(
            ScratchUse.Keys, Layout.Key + (sequence.FirstKey * Layout.KeyStride) + column, Layout.KeyStride, sequence.KeyCount);
        float* values = Layout.TokensAsRows(
            ScratchUse.Values, Layout.Value + (sequence.FirstKey * Layout.ValueStride) + column, Layout.ValueStride, sequence.KeyCount);
        nint stride = Layout.ScoreStride(sequence.KeyCount);
        float* scores = NativeBuffer.Scratch(ScratchUse.Scores, (QueriesPerBlock + 1) * stride);
        nint firstProbability = Probabilities != null || Drops
            ? Layout.FirstProbability(sequenceIndex) + ((nint)head * sequence.QueryCount * sequence.KeyCount)
            : 0;
        float* reciprocals = stackalloc float[QueriesPerBlock];

        for (int block = firstBlock; block < endBlock; block++)
        {
            int first = block * QueriesPerBlock;
            int count = Math.Min(QueriesPerBlock, sequence.QueryCount - first);
            int visible = VisibleKeys(sequence, first + count - 1); // of the last query, which sees most
            MultiplyKeys(sequence, column, first, count, keys, visible, scores, stride);
            for (int row = 0; row < count; row++)
            {
                float* weights = scores + (row * stride);
                if (RelativeBias != null)
                {
                    WriteBias(sequence, head, first + row, visible, scores + (QueriesPerBlock * stride));
                }

                reciprocals[row] = Softmax(
                    weights, RelativeBias == null ? null : scores + (QueriesPerBlock * stride), VisibleKeys(sequence, first + row), visible);
                nint probability = firstProbability + ((nint)(first + row) * sequence.KeyCount);
                if (Probabilities != null)
                {
                    RowLoops.Multiply(weights, reciprocals[row], Probabilities + probability, visible);
                    new Span<float>(Probabilities + probability + visible, sequence.KeyCount - visible).Clear();
                }

                if (Drops)
                {
                    Mask.Apply(weights, (uint)probability, weights, visible);
                }
            }

            MultiplyValues(
                count, visible, sequence.KeyCount, scores, stride, values, reciprocals,
                Context + ((nint)(sequence.FirstQuery + first) * Layout.HiddenSize) + column);
        }
    }

    private static int BlockCount(int queryCount) => (queryCount + QueriesPerBlock - 1) / QueriesPerBlock;

    /// <summary>How many keys, from the first one, a query sees.</summary>
    private readonly int VisibleKeys(AttentionLayout.Sequence sequence, int query) =>
        IsCausal ? Math.Clamp(query + 1 + sequence.KeyCount - sequence.QueryCount, 0, sequence.KeyCount) : sequence.KeyCount;

    /// <summary>The scores of a block of queries with all keys that one of them sees.</summary>
    private readonly void MultiplyKeys(
        AttentionLayout.Sequence sequence, nint column, int first, int count, float* keys, int visible, float* scores, nint stride)
    {
        float* queries = Layout.Query + ((sequence.FirstQuery + first) * Layout.QueryStride) + column;
        Layout.Kernel.Multiply(
            count, Layout.PanelCount(visible), Layout.HeadSize, queries, Layout.QueryStride, 1, keys, Layout.PanelStride(Layout.HeadSize), scores, stride);
    }

    /// <summary>The bias of one query with every key.</summary>
    private readonly void WriteBias(AttentionLayout.Sequence sequence, int head, int query, int keyCount, float* destination)
    {
        float* table = RelativeBias + ((nint)head * RelativeBiasWidth);
        int farthest = (RelativeBiasWidth - 1) / 2;
        if (QueryPositions == null && KeyPositions == null)
        {
            // Keys farther to the left than the table reaches, those it reaches, and those farther to the right.
            int near = Math.Clamp(query - farthest, 0, keyCount), far = Math.Clamp(query + farthest + 1, near, keyCount);
            new Span<float>(destination, near).Fill(table[0]);
            new ReadOnlySpan<float>(table + (near - query + farthest), far - near).CopyTo(new Span<float>(destination + near, far - near));
            new Span<float>(destination + far, keyCount - far).Fill(table[2 * farthest]);
            return;
        }

        long queryPosition = QueryPositions == null ? query : QueryPositions[sequence.FirstQuery + query];
        for (int key = 0; key < keyCount; key++)
        {
            long keyPosition = KeyPositions == null ? key : KeyPositions[sequence.FirstKey + key];
            destination[key] = table[Math.Clamp(keyPosition - queryPosition, -farthest, farthest) + farthest];
        }
    }

    /// <summary>
    /// Turns scores into <c>e^(score - max)</c>, with zeros for keys that this query does not see but its block does.
    /// </summary>
    /// <returns>What the weights are to be multiplied with: 1 / Σ, or 0 when no key is seen.</returns>
    private readonly float Softmax(float* scores, float* bias, int visible, int blockVisible)
    {
        if (visible == 0)
        {
            new Span<float>(scores, blockVisible).Clear();
            return 0;
        }

        float scale = Scale;
        if (bias != null || !(scale > 0))
        {
            RowLoops.Multiply(scores, scale, scores, visible);
            scale = 1;
            if (bias != null)
            {
                RowLoops.Add(scores, bias, scores, visible);
            }
        }

        // Rows are padded to whole cache lines: the padding takes part as -∞, so there is no tail.
        int padded = (blockVisible + LineLength - 1) / LineLength * LineLength;
        new Span<float>(scores + visible, padded - visible).Fill(float.NegativeInfinity);
        float sum = Layout.Kernel.Tier switch
        {
            KernelTier.Avx512 => ExpOfDifferences<Lanes512>(scores, padded, scale),
            KernelTier.Avx2 => ExpOfDifferences<Lanes256>(scores, padded, scale),
            KernelTier.Vector128 => ExpOfDifferences<Lanes128>(scores, padded, scale),
            _ => ExpOfDifferences<ScalarLane>(scores, padded, scale),
        };
        return 1 / sum;
    }

    /// <summary>score ← e^(scale · (score - max)), and their sum.</summary>
    [MethodImpl(HotCode.Options)]
    private static float ExpOfDifferences<V>(float* scores, int count, float scale)
        where V : unmanaged, ILanes<V>
    {
        V largest = V.Load(ref scores[0]);
        for (int i = V.Count; i < count; i += V.Count)
        {
            largest = V.Max(largest, V.Load(ref scores[i]));
        }

        V max = V.Create(V.Maximum(largest));
        V factor = V.Create(scale);
        V sum = V.Create(0);
        for (int i = 0; i < count; i += V.Count)
        {
            V weight = LaneMath.Exp((V.Load(ref scores[i]) - max) * factor);
            V.Store(weight, ref scores[i]);
            sum += weight;
        }

        return V.Sum(sum);
    }

    /// <summary>The contexts of a block of queries: weights times values, divided by the sum of the weights.</summary>
    private readonly void MultiplyValues(
        int count, int visible, int keyCount, float* weights, nint stride, float* values, float* reciprocals, float* context)
    {
        int width = Layout.Padded(Layout.HeadSize);
        float* product = NativeBuffer.Scratch(ScratchUse.Product, (long)QueriesPerBlock * width);
        Layout.Kernel.Multiply(
            count, Layout.PanelCount(Layout.HeadSize), visible, weights, stride, 1, values, Layout.PanelStride(keyCount), product, width);
        for (int row = 0; row < count; row++)
        {
            RowLoops.Multiply(product + (row * width), reciprocals[row], context + (row * Layout.HiddenSize), Layout.HeadSize);
        }
    }
}
