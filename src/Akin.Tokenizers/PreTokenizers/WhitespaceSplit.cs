using Akin.Tokenizers.Text;
using Akin.Tokenizers.Unicode;

namespace Akin.Tokenizers.PreTokenizers;

/// <summary>Cuts at white space only.</summary>
public sealed class WhitespaceSplit : PreTokenizer
{
    /// <inheritdoc/>
    public override string Type => "WhitespaceSplit";

    /// <inheritdoc/>
    public override void PreTokenize(PreTokenizedText text)
    {
        ArgumentNullException.ThrowIfNull(text);
        text.Split(new DelimiterSplit(CharacterFlags.Whitespace, DelimiterBehavior.Removed));
    }
}
