using Akin.Tokenizers.Text;
using Akin.Tokenizers.Unicode;

namespace Akin.Tokenizers.PreTokenizers;

/// <summary>Cuts at white space, and makes every punctuation mark a piece of its own, as BERT does.</summary>
public sealed class BertPreTokenizer : PreTokenizer
{
    /// <inheritdoc/>
    public override string Type => "BertPreTokenizer";

    /// <inheritdoc/>
    public override void PreTokenize(PreTokenizedText text)
    {
        ArgumentNullException.ThrowIfNull(text);
        text.Split(new DelimiterSplit(CharacterFlags.Whitespace, DelimiterBehavior.Removed));
        text.Split(new DelimiterSplit(CharacterFlags.BertPunctuation, DelimiterBehavior.Isolated));
    }
}
