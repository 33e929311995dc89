using Akin.Tensors;
using Akin.Tensors.Operations;

namespace Akin.Training.Losses.CrossEncoders;

/// <summary>Puts a query's documents in order, with most weight on the mistakes that cost most NDCG.</summary>
/// <remarks>
/// <para>In words: of two documents the more relevant one should score higher; a mistake at the top of the list costs more than one at its end.</para>
/// <para>Inputs: <c>query, documents</c> (a list) with a list of labels from 0, the larger the more relevant. Requirements: documents of different
/// relevance; lists of one relevance teach nothing, and a batch of such lists has loss 0.</para>
/// <para>Formula: the mean of −w(i, j) · log₂ σ(<see cref="Sigma"/> · (s(i) − s(j))) over the pairs whose label i is above label j and of which one
/// at least is among the first <see cref="TopK"/> by score, with w from <see cref="Weighting"/> (Wang et al. 2018, "The LambdaLoss Framework for Ranking Metric
/// Optimization").</para>
/// <para>Relations: <see cref="RankNetLoss"/> is the same with all weights 1; <see cref="ListNetLoss"/> and <see cref="PListMLELoss"/> look at whole lists.</para>
/// <para>Example: <c>new LambdaLoss { TopK = 10 }</c>.</para>
/// </remarks>
/// <param name="miniBatchSize">Pairs scored at a time; <see langword="null"/> (the default) for all at once.</param>
/// <exception cref="ArgumentOutOfRangeException">The size is below 1.</exception>
public class LambdaLoss(int? miniBatchSize = null) : ListwiseLoss(miniBatchSize)
{
    private const double Mu = 10; // of NDCGLoss2++, as in the paper
    private const double Least = 1e-10; // no probability and no DCG is smaller

    /// <summary>What a mistake costs. Default: NDCGLoss2++.</summary>
    public LambdaWeighting Weighting { get; init; } = LambdaWeighting.NDCGLoss2PlusPlus;

    /// <summary>How many documents, by score, are the top of the list that matters; <see langword="null"/> (the default) for all.</summary>
    public int? TopK
    {
        get;
        init => field = value is null or >= 1 ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "One document or more, or null for all.");
    }

    /// <summary>The steepness of the sigmoid. Default: 1.</summary>
    public float Sigma { get; init; } = 1;

    /// <summary>Whether the logarithm is the natural one instead of that to base 2. Default: no.</summary>
    public bool UsesNaturalLogarithm { get; init; }

    /// <inheritdoc/>
    protected override Tensor Compute(ForwardContext context, IReadOnlyList<CrossEncoderExample> batch, Tensor scores)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(batch);
        ArgumentNullException.ThrowIfNull(scores);
        List<int> left = [];
        List<int> right = [];
        List<float> weights = [];
        foreach ((float[] labels, int start) in Lists(batch))
        {
            int[] order = Descending(scores.Span.Slice(start, labels.Length));
            Ranking ranking = new([.. order.Select(place => labels[place])], TopK ?? labels.Length);
            for (int i = 0; i < labels.Length; i++)
            {
                for (int j = 0; j < labels.Length; j++)
                {
                    bool isCompared = Weighting == LambdaWeighting.NDCGLoss1 || ranking.Labels[i] > ranking.Labels[j];
                    if (isCompared && Math.Min(i, j) < ranking.TopCount)
                    {
                        left.Add(start + order[i]);
                        right.Add(start + order[j]);
                        weights.Add((float)ranking.Weight(Weighting, i, j));
                    }
                }
            }
        }

        if (left.Count == 0)
        {
            return Nothing(context, scores);
        }

        Tensor differences = context.Subtract(context.IndexSelect(scores, 0, left.ToArray()), context.IndexSelect(scores, 0, right.ToArray()));
        float least = (float)Math.Log(Least);
        Tensor logarithms = context.Clamp(context.LogSigmoid(context.Multiply(differences, Sigma)), lowest: least);
        Tensor weighted = context.Clamp(context.Multiply(logarithms, new Tensor(logarithms.Shape, [.. weights])), lowest: least);
        return context.Multiply(context.Mean(weighted), (float)(UsesNaturalLogarithm ? -1 : -1 / Math.Log(2)));
    }

    /// <summary>A list in the order of its scores.</summary>
    private sealed class Ranking
    {
        private readonly double[] _gains;

        public Ranking(float[] labels, int topK)
        {
            Labels = labels;
            TopCount = Math.Min(topK, labels.Length);
            double best = Math.Max(Least, labels.OrderDescending().Take(TopCount).Select((label, rank) => Gain(label) / Discount(rank)).Sum());
            _gains = [.. labels.Select(label => Gain(label) / best)];
        }

        public float[] Labels { get; }

        /// <summary>How many documents are the top of the list.</summary>
        public int TopCount { get; }

        public double Weight(LambdaWeighting weighting, int i, int j) => weighting switch
        {
            LambdaWeighting.None => 1,
            LambdaWeighting.NDCGLoss1 => _gains[i] / Discount(i),
            LambdaWeighting.NDCGLoss2 => ByDistance(i, j),
            LambdaWeighting.LambdaRank => ByRanks(i, j),
            _ => (Mu * ByDistance(i, j)) + ByRanks(i, j),
        };

        private static double Gain(float label) => Math.Pow(2, label) - 1;

        /// <summary>log₂ of the rank from 1, plus 1.</summary>
        private static double Discount(int place) => Math.Log2(2 + place);

        private double ByDistance(int i, int j)
        {
            int distance = Math.Abs(i - j);
            return distance == 0 ? 0 : Math.Abs((1 / Discount(distance - 1)) - (1 / Discount(distance))) * Math.Abs(_gains[i] - _gains[j]);
        }

        private double ByRanks(int i, int j) => Math.Abs((1 / Discount(i)) - (1 / Discount(j))) * Math.Abs(_gains[i] - _gains[j]);
    }
}
