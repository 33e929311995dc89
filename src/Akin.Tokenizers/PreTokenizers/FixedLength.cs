using System.Text.Json;
using Akin.Tokenizers.Json;
using Akin.Tokenizers.Text;
using Akin.Tokenizers.Unicode;

namespace Akin.Tokenizers.PreTokenizers;

/// <summary>Cuts into pieces of a fixed number of code points; the last one may be shorter.</summary>
public sealed class FixedLength : PreTokenizer
{
    private readonly int length = 5;

    /// <inheritdoc/>
    public override string Type => "FixedLength";

    /// <summary>The number of code points of a piece, at least 1. Default 5.</summary>
    public int Length
    {
        get => length;
        init => length = value > 0 ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "a piece has at least one code point");
    }

    internal static FixedLength Read(JsonFields fields) => new() { Length = fields.Int("length", minimum: 1, absent: 5) };

    /// <inheritdoc/>
    public override void PreTokenize(PreTokenizedText text)
    {
        ArgumentNullException.ThrowIfNull(text);
        text.Split(new Cutter(length));
    }

    private readonly struct Cutter(int length) : IPieceCutter
    {
        public void Cut(TextPiece piece, List<TextPiece> parts)
        {
            ReadOnlySpan<char> characters = piece.Text;
            int start = 0, count = 0;
            for (int i = 0; i < characters.Length;)
            {
                Utf16.CodePointAt(characters, i, out int size);
                i += size;
                if (++count < length)
                    continue;
                parts.Add(piece.Slice(start, i));
                (start, count) = (i, 0);
            }
            parts.Add(piece.Slice(start, characters.Length));
        }
    }

    private protected override void WriteFields(Utf8JsonWriter writer) => writer.WriteNumber("length", Length);
}
