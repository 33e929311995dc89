namespace Akin.Tensors.Layers;

/// <summary>
/// A bias on attention scores by the distance of two tokens: near distances have a number each, far ones share numbers on a logarithmic scale (Raffel et
/// al. 2019, https://arxiv.org/abs/1910.10683, section 2.1; transformers' <c>relative_position_bucket</c>).
/// </summary>
/// <remarks>
/// The table <c>weight</c> is <c>[buckets, heads]</c>. Attention reads it spread out by distance, which takes the same few hundred numbers for texts of any
/// length: so it is spread out once, and again only after training has changed it.
/// </remarks>
public sealed class RelativePositionBias
{
    /// <summary>From this distance on all tokens are equally far, unless a model says otherwise.</summary>
    public const int MaxDistance = 128;

    /// <summary>The most buckets: a quarter of them are single distances on one side, which must be fewer than <see cref="MaxDistance"/>.</summary>
    public const int LargestBucketCount = 4 * (MaxDistance - 1);

    private const int FewestBuckets = 4;

    private readonly Tensor _table;
    private readonly int _headCount;
    private readonly int[] _buckets;
    private readonly Tensor _byDistance;
    private int _spreadVersion;

    /// <summary>Loads a table.</summary>
    /// <param name="weights">Where <c>weight</c> is.</param>
    /// <param name="bucketCount">Rows of the table, from 4 to <see cref="LargestBucketCount"/>: half for keys up to the query, half for keys after it.</param>
    /// <param name="headCount">Columns of the table.</param>
    /// <param name="maxDistance">From this distance on all tokens are equally far. Default: <see cref="MaxDistance"/>.</param>
    /// <param name="isBidirectional">Whether keys after the query have classes of their own; otherwise all count as distance 0 (decoders). Default: yes.</param>
    public RelativePositionBias(Weights weights, int bucketCount, int headCount, int maxDistance = MaxDistance, bool isBidirectional = true)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bucketCount, FewestBuckets);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(bucketCount, LargestBucketCount);
        Table = weights.Load("weight", new Shape(bucketCount, headCount), Initialization.Normal);
        _table = Table.Value;
        _headCount = headCount;
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(maxDistance, bucketCount / (isBidirectional ? 4 : 2));
        _buckets = new int[(2 * maxDistance) + 1];
        for (int distance = -maxDistance; distance <= maxDistance; distance++)
        {
            _buckets[distance + maxDistance] = Bucket(distance, bucketCount, maxDistance, isBidirectional);
        }

        _byDistance = new Tensor(new Shape(headCount, _buckets.Length));
        Spread(_byDistance);
        _spreadVersion = _table.Version;
    }

    /// <summary>The bias by bucket, <c>[buckets, heads]</c>.</summary>
    public Parameter Table { get; }

    /// <summary>Gives the bias by distance.</summary>
    /// <param name="context">The running pass.</param>
    /// <returns><c>[heads, 2 · maxDistance + 1]</c>: the column of a key is its place less the query's, plus the largest distance.</returns>
    public Tensor Forward(ForwardContext context)
    {
        if (context.Records(_table))
        {
            Tensor output = context.Rent(_byDistance.Shape);
            Spread(output);
            context.Record(new Node(this, output));
            return output;
        }

        if (_table.Version != _spreadVersion)
        {
            lock (_byDistance)
            {
                Spread(_byDistance);
                _spreadVersion = _table.Version;
            }
        }

        return _byDistance;
    }

    /// <summary>The class of a distance.</summary>
    /// <param name="distance">The key's place less the query's.</param>
    /// <param name="bucketCount">How many classes there are.</param>
    /// <param name="maxDistance">From this distance on all tokens are equally far.</param>
    /// <param name="isBidirectional">Whether half the classes are for keys after the query; otherwise all of these count as distance 0 (decoders).</param>
    internal static int Bucket(int distance, int bucketCount, int maxDistance = MaxDistance, bool isBidirectional = true)
    {
        int count = isBidirectional ? bucketCount / 2 : bucketCount; // on one side
        int first = isBidirectional && distance > 0 ? count : 0;
        int far = isBidirectional ? Math.Abs(distance) : Math.Max(0, -distance);
        int exactCount = count / 2;
        if (far < exactCount)
        {
            return first + far;
        }

        // Single precision and truncation as in the reference: a distance at the border of two buckets must fall on the same side.
        float scaled = MathF.Log(far / (float)exactCount) / (float)Math.Log(maxDistance / (double)exactCount) * (count - exactCount);
        return first + Math.Min(exactCount + (int)scaled, count - 1);
    }

    private void Spread(Tensor output)
    {
        for (int head = 0; head < _headCount; head++)
        {
            Span<float> row = output.Row(head);
            for (int column = 0; column < _buckets.Length; column++)
            {
                row[column] = _table.Span[(_buckets[column] * _headCount) + head];
            }
        }
    }

    private sealed class Node(RelativePositionBias layer, Tensor output) : TapeNode(output)
    {
        public override IReadOnlyList<Tensor> Weights => [layer._table];

        // y[h, d] = table[bucket(d), h]:  dtable[b, h] = Σ of dy[h, d] over the distances of the bucket.
        public override void Backward(ForwardContext context, Tensor outputGradient)
        {
            Span<float> gradient = context.GradientOf(layer._table);
            for (int head = 0; head < layer._headCount; head++)
            {
                for (int column = 0; column < layer._buckets.Length; column++)
                {
                    gradient[(layer._buckets[column] * layer._headCount) + head] += outputGradient.Row(head)[column];
                }
            }
        }
    }
}
