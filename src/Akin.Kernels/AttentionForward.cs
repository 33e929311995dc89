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

    /// <summary>A bias is added to scaled scores; and only a positive factor can wait until their largest is known.</summary>
    private readonly bool IsScaledBefore => RelativeBias != null || !(Scale > 0);

    /// <summary>What <see cref="Beyond{V}"/> is loaded from, for vectors of up to a cache line.</summary>
    private static ReadOnlySpan<float> BeyondLanes =>
    [
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
        -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1,
    ];

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
            if (IsScaledBefore)
            {
                ScaleAndAddBias(sequence, head, first, count, visible, scores, stride);
            }

            Softmax(sequence, first, count, visible, scores, stride, reciprocals);
            if (Probabilities != null || Drops)
            {
                KeepProbabilities(sequence, firstProbability, first, count, visible, scores, stride, reciprocals);
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

    /// <summary>Scales a block of scores and adds the bias.</summary>
    private readonly void ScaleAndAddBias(AttentionLayout.Sequence sequence, int head, int first, int count, int visible, float* scores, nint stride)
    {
        float* bias = scores + (QueriesPerBlock * stride);
        for (int row = 0; row < count; row++)
        {
            float* weights = scores + (row * stride);
            RowLoops.Multiply(weights, Scale, weights, visible);
            if (RelativeBias != null)
            {
                WriteBias(sequence, head, first + row, visible, bias);
                RowLoops.Add(weights, bias, weights, visible);
            }
        }
    }

    /// <summary>
    /// Turns the scores of a block into <c>e^(score - max)</c>, with zeros for keys that a query does not see but its block does, and finds what
    /// each row is to be multiplied with: 1 / Σ, or 0 when no key is seen.
    /// </summary>
    private readonly void Softmax(AttentionLayout.Sequence sequence, int first, int count, int visible, float* scores, nint stride, float* reciprocals)
    {
        switch (Layout.Kernel.Tier)
        {
            case KernelTier.Avx512:
                ExpOfDifferences<Lanes512>(sequence, first, count, visible, scores, stride, reciprocals);
                break;
            case KernelTier.Avx2:
                ExpOfDifferences<Lanes256>(sequence, first, count, visible, scores, stride, reciprocals);
                break;
            case KernelTier.Vector128:
                ExpOfDifferences<Lanes128>(sequence, first, count, visible, scores, stride, reciprocals);
                break;
            default:
                ExpOfDifferences<ScalarLane>(sequence, first, count, visible, scores, stride, reciprocals);
                break;
        }
    }

    [MethodImpl(HotCode.Options)]
    private readonly void ExpOfDifferences<V>(
        AttentionLayout.Sequence sequence, int first, int count, int visible, float* scores, nint stride, float* reciprocals)
        where V : unmanaged, ILanes<V>
    {
        // Two loops over the rows: the shorter the chain of steps within one, the more rows a processor works at side by side.
        V zero = V.Create(0);
        float* weights = scores;
        for (int row = 0; row < count; row++, weights += stride)
        {
            int seen = VisibleKeys(sequence, first + row);
            int last = LastVector<V>(seen);
            V largest = V.IfLess(Beyond<V>(seen - last), zero, V.Create(float.NegativeInfinity), V.Load(ref weights[last]));
            for (int i = 0; i < last; i += V.Count)
            {
                largest = V.Max(largest, V.Load(ref weights[i]));
            }

            reciprocals[row] = V.Maximum(largest);
        }

        V factor = V.Create(IsScaledBefore ? 1 : Scale);
        weights = scores;
        for (int row = 0; row < count; row++, weights += stride)
        {
            int seen = VisibleKeys(sequence, first + row);
            if (seen == 0)
            {
                new Span<float>(weights, visible).Clear();
                reciprocals[row] = 0;
                continue;
            }

            int last = LastVector<V>(seen);
            V max = V.Create(reciprocals[row]);
            V sum = zero;
            for (int i = 0; i < last; i += V.Count)
            {
                V weight = LaneMath.Exp((V.Load(ref weights[i]) - max) * factor);
                V.Store(weight, ref weights[i]);
                sum += weight;
            }

            // Keys beyond become 0 behind the exponential: processors take a hundred steps for one that underflows.
            V isBeyond = Beyond<V>(seen - last);
            V lastWeight = LaneMath.Exp(V.IfLess(isBeyond, zero, zero, (V.Load(ref weights[last]) - max) * factor));
            lastWeight = V.IfLess(isBeyond, zero, zero, lastWeight);
            V.Store(lastWeight, ref weights[last]);
            for (int i = last + V.Count; i < visible; i += V.Count)
            {
                V.Store(zero, ref weights[i]);
            }

            reciprocals[row] = 1 / V.Sum(sum + lastWeight);
        }
    }

    /// <summary>Where the last vector of a row begins that holds a key which is seen; rows are padded to whole cache lines.</summary>
    private static int LastVector<V>(int seen)
        where V : unmanaged, ILanes<V> => Math.Max(0, seen - 1) / V.Count * V.Count;

    /// <summary>Lanes below zero but for the first few.</summary>
    private static V Beyond<V>(int count)
        where V : unmanaged, ILanes<V> => V.Load(in BeyondLanes[LineLength - count]);

    /// <summary>Writes the probabilities of a block, and drops some of them, where that is wanted.</summary>
    private readonly void KeepProbabilities(
        AttentionLayout.Sequence sequence, nint firstProbability, int first, int count, int visible, float* scores, nint stride, float* reciprocals)
    {
        for (int row = 0; row < count; row++)
        {
            float* weights = scores + (row * stride);
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
