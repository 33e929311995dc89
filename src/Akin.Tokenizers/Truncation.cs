namespace Akin.Tokenizers;

/// <summary>How a text that is too long is cut.</summary>
/// <param name="MaximumLength">The most tokens of the result, special tokens included. Below the number of special tokens nothing is cut, as in the reference.</param>
public sealed record Truncation(int MaximumLength)
{
    /// <summary>Which text of a pair is cut. Default: the longer one.</summary>
    public TruncationStrategy Strategy { get; init; } = TruncationStrategy.LongestFirst;

    /// <summary>How many tokens each overflowing part repeats from the one before it. Default 0.</summary>
    public int Stride { get; init; }

    /// <summary>The end that is cut off. Default right.</summary>
    public Side Side { get; init; } = Side.Right;
}
