using Akin.Tokenizers.Text;
using Akin.Tokenizers.Unicode;

namespace Akin.Tokenizers.PreTokenizers;

/// <summary>The pieces that match <c>\w+|[^\w\s]+</c>: runs of word characters, and runs of other visible characters.</summary>
public sealed class Whitespace : PreTokenizer
{
    /// <inheritdoc/>
    public override string Type => "Whitespace";

    /// <inheritdoc/>
    public override void PreTokenize(PreTokenizedText text)
    {
        ArgumentNullException.ThrowIfNull(text);
        DelimiterSplit.Split(text, static codePoint => UnicodeTables.Is(codePoint, CharacterFlags.Whitespace), DelimiterBehavior.Removed);
        DelimiterSplit.Split(text, static codePoint => UnicodeTables.Is(codePoint, CharacterFlags.Word), DelimiterBehavior.Contiguous);
    }
}
