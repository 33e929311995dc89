using Akin.Kernels;

namespace Akin.Pipelines;

/// <summary>Applies a <see cref="ScoreActivation"/>.</summary>
internal static class ScoreActivations
{
    /// <summary>Changes the scores of one text in place.</summary>
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
