using System.Numerics.Tensors;

namespace Akin.Models.Generation;

/// <summary>Keeps the tokens that are at least so probable as a share of the most probable (Nguyen et al. 2024, https://arxiv.org/abs/2407.01082).</summary>
public sealed class MinPLogitsWarper : LogitsProcessor
{
    private readonly float _share;
    private readonly int _kept;

    /// <summary>Makes it.</summary>
    /// <param name="minP">The share, from 0 to 1.</param>
    /// <param name="minTokensToKeep">The fewest to keep. Default: 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its bounds.</exception>
    public MinPLogitsWarper(float minP, int minTokensToKeep = 1)
    {
        ScoreFilter.Require(minP is >= 0 and <= 1, nameof(minP), minP, "from 0 to 1");
        ScoreFilter.Require(minTokensToKeep >= 1, nameof(minTokensToKeep), minTokensToKeep, "1 or more");
        (_share, _kept) = (minP, minTokensToKeep);
    }

    /// <inheritdoc/>
    public override void Process(in GenerationStep step, Span<float> scores)
    {
        float[] probabilities = ScoreFilter.Probabilities(scores);
        float least = _share * probabilities.Max();
        float[] downwards = new float[scores.Length];
        TensorPrimitives.Negate(scores, downwards);
        foreach (int token in ScoreFilter.Ascending(downwards).AsSpan(Math.Min(_kept, scores.Length)))
        {
            if (probabilities[token] < least)
            {
                scores[token] = float.NegativeInfinity;
            }
        }
    }
}
