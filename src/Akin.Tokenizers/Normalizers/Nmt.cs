using Akin.Tokenizers.Text;

namespace Akin.Tokenizers.Normalizers;

/// <summary>The cleaning of SentencePiece's <c>nmt</c> rules: drops control characters, and makes all kinds of spaces, also invisible ones, U+0020.</summary>
public sealed class Nmt : Normalizer
{
    /// <inheritdoc/>
    public override string Type => "Nmt";

    /// <inheritdoc/>
    public override void Normalize(NormalizedText text)
    {
        ArgumentNullException.ThrowIfNull(text);
        ReadOnlySpan<char> rest = text.Text;
        if (rest.IndexOfAnyExceptInRange(' ', '~') < 0)
            return;
        TextRewriter rewriter = new(text);
        while (rest.Length > 0)
        {
            // All that is dropped or replaced is a single unit.
            int kept = 0;
            while (kept < rest.Length && !IsDropped(rest[kept]) && !IsSpace(rest[kept]))
                kept++;
            rewriter.Keep(kept);
            if (kept < rest.Length && IsDropped(rest[kept]))
                rewriter.Drop(1);
            else if (kept < rest.Length)
                rewriter.Replace(1, ' ');
            rest = rest[Math.Min(kept + 1, rest.Length)..];
        }
        rewriter.Finish();
    }

    private static bool IsDropped(int codePoint) =>
        codePoint is (>= 0x01 and <= 0x08) or 0x0B or (>= 0x0E and <= 0x1F) or 0x7F or 0x8F or 0x9F;

    private static bool IsSpace(int codePoint) =>
        codePoint is 0x09 or 0x0A or 0x0C or 0x0D or 0x1680 or (>= 0x200B and <= 0x200F) or 0x2028 or 0x2029 or 0x2581 or 0xFEFF or 0xFFFD;
}
