namespace Akin.Tokenizers;

/// <summary>A span of a text, in UTF-16 units or code points as the place that gives it says.</summary>
/// <param name="Start">The first unit.</param>
/// <param name="End">One past the last unit.</param>
public readonly record struct TextSpan(int Start, int End)
{
    /// <summary>Number of units.</summary>
    public int Length => End - Start;
}
