namespace Akin.Search.Lexical.Analysis;

/// <summary>A term and the place in the text that it stands for.</summary>
/// <param name="Term">What is indexed: often not what stands in the text (lower case, a stem).</param>
/// <param name="Start">Where its place begins, in UTF-16 units.</param>
/// <param name="End">Where its place ends, in UTF-16 units: one past the last.</param>
/// <param name="Type">What it is made of.</param>
public readonly record struct TextToken(string Term, int Start, int End, TokenType Type)
{
    /// <summary>How many positions it is behind the token before it: 1 as a rule, more where words between them were left out, 0 for another form of the same word.</summary>
    public int PositionIncrement { get; init; } = 1;
}
