using Akin.Tokenizers.PreTokenizers;
using Akin.Tokenizers.Text;

namespace Akin.Tokenizers.Normalizers;

/// <summary>Writes the bytes of the text as characters of GPT-2's alphabet (<c>ByteLevel</c>).</summary>
public sealed class ByteLevelNormalizer : Normalizer
{
    /// <inheritdoc/>
    public override string Type => "ByteLevel";

    /// <inheritdoc/>
    public override void Normalize(NormalizedText text)
    {
        ArgumentNullException.ThrowIfNull(text);
        TextRewriter rewriter = new(text);
        default(ByteLevel.ByteSpeller).Rewrite(ref rewriter);
        rewriter.Finish();
    }
}
