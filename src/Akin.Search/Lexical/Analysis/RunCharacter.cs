using System.Text;

namespace Akin.Search.Lexical.Analysis;

/// <summary>One character of a run without spaces, and its place in the text.</summary>
internal readonly record struct RunCharacter(Rune Rune, int Start, int End)
{
    public TextToken AsToken() => new(Rune.ToString(), Start, End, TokenType.Single);

    public TextToken PairWith(RunCharacter next) => new($"{Rune}{next.Rune}", Start, next.End, TokenType.Pair);
}
