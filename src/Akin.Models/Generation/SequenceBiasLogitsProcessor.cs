namespace Akin.Models.Generation;

/// <summary>Adds to the score of the last token of a run when the tokens before it are there.</summary>
public class SequenceBiasLogitsProcessor : LogitsProcessor
{
    private readonly (int[] Tokens, float Bias)[] _biases;

    /// <summary>Makes it.</summary>
    /// <param name="biases">Runs of tokens, each with what is added; −∞ rules a run out. Of a run given twice the last one counts.</param>
    /// <exception cref="ArgumentException">A run has no token.</exception>
    public SequenceBiasLogitsProcessor(IEnumerable<(IReadOnlyList<int> Tokens, float Bias)> biases)
    {
        ArgumentNullException.ThrowIfNull(biases);
        _biases = [.. biases.Select(bias => bias.Tokens.Count > 0
            ? ((int[])[.. bias.Tokens], bias.Bias)
            : throw new ArgumentException("A run of tokens has at least one token.", nameof(biases)))
            .Reverse().DistinctBy(bias => string.Join(' ', bias.Item1))];
    }

    /// <inheritdoc/>
    public override void Process(in GenerationStep step, Span<float> scores)
    {
        foreach ((int[] tokens, float bias) in _biases)
        {
            if (tokens.Length == 1 || (tokens.Length <= step.Tokens.Length && step.Tokens.EndsWith(tokens.AsSpan(0, tokens.Length - 1))))
            {
                scores[tokens[^1]] += bias;
            }
        }
    }
}
