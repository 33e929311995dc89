using Akin.Kernels;

namespace Akin.Pipelines;

/// <summary>Applies a <see cref="ScoreActivation"/>.</summary>
public static class ScoreActivations
{
    /// <summary>Changes the scores of one text in place.</summary>
    /// <param name="activation">What becomes of them.</param>
    /// <param name="scores">The raw scores.</param>
    public static void Apply(this ScoreActivation activation, Span<float> scores)
    {
        if (activation == ScoreActivation.Sigmoid)
        {
            VectorMath.Sigmoid(scores, scores);
        }
        else if (activation == ScoreActivation.Softmax)
        {
            Softmax.Rows(scores, rowCount: 1, scores.Length, scores, WorkerPool.Serial);
        }
    }
}
