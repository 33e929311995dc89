namespace Akin.Models.Generation;

/// <summary>Rules out tokens that would write a run of n tokens a second time.</summary>
public sealed class NoRepeatNGramLogitsProcessor : LogitsProcessor
{
    private readonly int _size;

    /// <summary>Makes it.</summary>
    /// <param name="ngramSize">n, at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">It is below 1.</exception>
    public NoRepeatNGramLogitsProcessor(int ngramSize)
    {
        ScoreFilter.Require(ngramSize >= 1, nameof(ngramSize), ngramSize, "1 or more");
        _size = ngramSize;
    }

    /// <inheritdoc/>
    public override void Process(in GenerationStep step, Span<float> scores) => Remove(step.Tokens, step.Tokens, _size, scores);

    /// <summary>Rules out what follows, in one sequence, wherever its tokens are the last n − 1 of another.</summary>
    internal static void Remove(ReadOnlySpan<int> sequence, ReadOnlySpan<int> tokens, int size, Span<float> scores)
    {
        if (tokens.Length < size - 1)
        {
            return;
        }

        ReadOnlySpan<int> last = tokens[(tokens.Length - (size - 1))..];
        for (int start = 0; start + size <= sequence.Length; start++)
        {
            if (sequence.Slice(start, size - 1).SequenceEqual(last))
            {
                scores[sequence[start + size - 1]] = float.NegativeInfinity;
            }
        }
    }
}
