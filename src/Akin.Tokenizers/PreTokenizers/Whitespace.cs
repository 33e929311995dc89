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
        text.Split(new DelimiterSplit(CharacterFlags.Whitespace, DelimiterBehavior.Removed));
        text.Split(new DelimiterSplit(CharacterFlags.Word, DelimiterBehavior.Contiguous));
    }
}
