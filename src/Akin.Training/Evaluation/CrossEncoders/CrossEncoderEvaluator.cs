using Akin.Search;

namespace Akin.Training.Evaluation.CrossEncoders;

/// <summary>Measures how good the scores are that a model gives to pairs of texts.</summary>
public abstract class CrossEncoderEvaluator : Evaluator<IPairScorer>
{
    // Pairs a model gets at a time: enough to sort by length, few enough to report progress.
    private const int BatchSize = 512;

    /// <summary>Scores pairs some at a time.</summary>
    /// <returns><c>[pairs, labels]</c>.</returns>
    private protected static double[] Score(
        IPairScorer model, IReadOnlyList<(string First, string Second)> pairs, IProgress<int>? progress, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(model);
        EncodedCount count = new(progress);
        List<double> scores = new(pairs.Count * model.LabelCount);
        foreach ((string First, string Second)[] batch in pairs.Chunk(BatchSize))
        {
            cancellationToken.ThrowIfCancellationRequested();
            foreach (float score in model.Score(batch, cancellationToken))
            {
                scores.Add(score);
            }

            count.Add(batch.Length);
        }

        return [.. scores];
    }
}
