using Akin.Pipelines;
using Akin.Search;
using Akin.Server.Models;

namespace Akin.Server.Batching;

/// <summary>A served re-ranker as the scorer of a search: pairs are computed through the queue. Scores are what the model's own activation makes of them. Thread-safe.</summary>
/// <param name="queue">The queue.</param>
/// <param name="model">The model.</param>
/// <param name="limits">Makes the limits of a call from its cancellation token.</param>
internal sealed class QueuedPairScorer(EncodeQueue queue, ServedClassifier model, Func<CancellationToken, RequestLimits> limits) : IPairScorer
{
    /// <inheritdoc/>
    public int LabelCount => model.Labels.Count;

    /// <inheritdoc/>
    public float[] Score(IReadOnlyList<(string First, string Second)> pairs, CancellationToken cancellationToken)
    {
        float[][] scores = queue.Compute(
            model,
            group: 0,
            pairs.Sum(pair => Math.Min(model.MaxSequenceLength, model.EstimateTokens(pair.First) + model.EstimateTokens(pair.Second))),
            () => [.. pairs.Select(pair => model.Tokenize(pair.First, pair.Second))],
            limits(cancellationToken));
        foreach (float[] row in scores)
        {
            model.RankingActivation.Apply(row);
        }

        return [.. scores.SelectMany(row => row)];
    }
}
