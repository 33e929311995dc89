namespace Akin.Models.Generation;

/// <summary>Makes tokens that are there already less likely: positive scores are divided, negative ones multiplied (Keskar et al. 2019, https://arxiv.org/abs/1909.05858).</summary>
public sealed class RepetitionPenaltyLogitsProcessor : LogitsProcessor
{
    private readonly float _penalty;

    /// <summary>Makes it.</summary>
    /// <param name="penalty">Above 1: less likely; below 1: more likely.</param>
    /// <exception cref="ArgumentOutOfRangeException">It is not above 0.</exception>
    public RepetitionPenaltyLogitsProcessor(float penalty)
    {
        ScoreFilter.Require(penalty > 0 && float.IsFinite(penalty), nameof(penalty), penalty, "above 0");
        _penalty = penalty;
    }

    /// <inheritdoc/>
    public override void Process(in GenerationStep step, Span<float> scores) => Apply(step.Tokens, scores, _penalty);

    internal static void Apply(ReadOnlySpan<int> tokens, Span<float> scores, float penalty)
    {
        HashSet<int> seen = [];
        foreach (int token in tokens)
        {
            if (seen.Add(token))
            {
                scores[token] = scores[token] < 0 ? scores[token] * penalty : scores[token] / penalty;
            }
        }
    }
}
