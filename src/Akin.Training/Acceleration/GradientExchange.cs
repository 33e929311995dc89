using Akin.Tensors;

namespace Akin.Training.Acceleration;

/// <summary>Adds up the gradients of all processes, beginning while the backward pass still computes others.</summary>
/// <remarks>
/// Buckets are the same in every process and leave in the same order, that of the backward pass: from the last layer to the embeddings. One that is full
/// early waits for those before it.
/// </remarks>
internal sealed class GradientExchange
{
    private readonly MpiChannel _channel;
    private readonly GradientBucket[] _buckets;
    private readonly MpiExchange?[] _exchanges;
    private readonly Dictionary<Tensor, (int Bucket, int Index)> _places = [];
    private int _begunCount;

    public GradientExchange(MpiChannel channel, IReadOnlyList<Parameter> parameters, int bucketBytes)
    {
        _channel = channel;
        _buckets = [.. Divide(TrainedWeights(parameters).Reverse(), bucketBytes / sizeof(float)).Select(weights => new GradientBucket(weights))];
        _exchanges = new MpiExchange?[_buckets.Length];
        for (int bucket = 0; bucket < _buckets.Length; bucket++)
        {
            for (int i = 0; i < _buckets[bucket].Weights.Count; i++)
            {
                _places.Add(_buckets[bucket].Weights[i], (bucket, i));
            }
        }
    }

    /// <summary>How many messages a step takes.</summary>
    public int BucketCount => _buckets.Length;

    /// <summary>How many buckets of the last exchange left before its backward pass was over.</summary>
    public int EarlyCount { get; private set; }

    /// <summary>The weights that gradients are computed for; several parameters may be rows of one.</summary>
    public static IEnumerable<Tensor> TrainedWeights(IReadOnlyList<Parameter> parameters) =>
        parameters.Where(parameter => parameter.RequiresGradient).Select(parameter => parameter.Whole).Distinct();

    /// <summary>Whether these are the weights that the buckets were made for.</summary>
    public bool Fits(IReadOnlyList<Parameter> parameters)
    {
        int count = 0;
        foreach (Tensor weight in TrainedWeights(parameters))
        {
            count++;
            if (!_places.ContainsKey(weight))
            {
                return false;
            }
        }

        return count == _places.Count;
    }

    /// <summary>Takes a gradient that is complete.</summary>
    public void Take(Tensor weight)
    {
        if (_places.TryGetValue(weight, out (int Bucket, int Index) place))
        {
            _buckets[place.Bucket].Take(place.Index);
            BeginFull();
        }
    }

    /// <summary>Exchanges what is left and gives every weight its sum.</summary>
    public void Finish(ForwardContext context)
    {
        EarlyCount = _begunCount;
        foreach (GradientBucket bucket in _buckets)
        {
            bucket.TakeRest();
        }

        BeginFull();
        for (int i = 0; i < _buckets.Length; i++)
        {
            _channel.Wait(_exchanges[i]!, context.CancellationToken);
            _buckets[i].GiveBack(context);
        }

        _begunCount = 0;
    }

    private static IEnumerable<List<Tensor>> Divide(IEnumerable<Tensor> weights, long bucketLength)
    {
        List<Tensor> bucket = [];
        long length = 0;
        foreach (Tensor weight in weights)
        {
            if (bucket.Count > 0 && length + weight.Shape.ElementCount > bucketLength)
            {
                yield return bucket;
                (bucket, length) = ([], 0);
            }

            bucket.Add(weight);
            length += weight.Shape.ElementCount;
        }

        if (bucket.Count > 0)
        {
            yield return bucket;
        }
    }

    private void BeginFull()
    {
        while (_begunCount < _buckets.Length && _buckets[_begunCount].IsFull)
        {
            GradientBucket bucket = _buckets[_begunCount];
            _exchanges[_begunCount] = _channel.Begin(new MpiExchange("exchanging gradients", bucket.Begin));
            _begunCount++;
        }
    }
}
