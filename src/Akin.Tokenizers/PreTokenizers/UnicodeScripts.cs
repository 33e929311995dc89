using Akin.Tokenizers.Text;
using Akin.Tokenizers.Unicode;

namespace Akin.Tokenizers.PreTokenizers;

/// <summary>
/// Cuts where the script changes. Kana count as Han, and spaces and characters newer than Unicode 9 belong to what is before them; as in
/// the reference they are dropped where nothing is before them.
/// </summary>
public sealed class UnicodeScripts : PreTokenizer
{
    private const int Any = 0;

    /// <inheritdoc/>
    public override string Type => "UnicodeScripts";

    /// <inheritdoc/>
    public override void PreTokenize(PreTokenizedText text)
    {
        ArgumentNullException.ThrowIfNull(text);
        text.Split(default(Cutter));
    }

    private readonly struct Cutter : IPieceCutter
    {
        public void Cut(TextPiece piece, List<TextPiece> parts)
        {
            ReadOnlySpan<char> characters = piece.Text;
            int start = -1, last = Any;
            for (int i = 0; i < characters.Length;)
            {
                int codePoint = Utf16.CodePointAt(characters, i, out int size);
                int script = codePoint == ' ' ? Any : UnicodeTables.ReferenceScript(codePoint);
                if (script != Any && script != last)
                {
                    if (start >= 0)
                        parts.Add(piece.Slice(start, i));
                    (start, last) = (i, script);
                }
                i += size;
            }
            if (start >= 0)
                parts.Add(piece.Slice(start, characters.Length));
        }
    }
}
