using System.Text.Json;
using Akin.Tokenizers.Json;
using Akin.Tokenizers.Patterns;
using Akin.Tokenizers.Text;
using Akin.Tokenizers.Unicode;

namespace Akin.Tokenizers.PreTokenizers;

/// <summary>
/// Cuts as GPT-2 does (Radford et al., 2019), then writes the bytes of each piece as characters of its alphabet. The two halves can be had
/// apart: <see cref="Cut"/> and <see cref="Spell"/>.
/// </summary>
public sealed class ByteLevel : PreTokenizer
{
    private const string GptPattern = @"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+";

    private static readonly Pattern Pattern = Pattern.Compile(GptPattern);

    /// <inheritdoc/>
    public override string Type => "ByteLevel";

    /// <summary>Whether a space is put before a piece that does not start with one. Default true.</summary>
    public bool AddPrefixSpace { get; init; } = true;

    /// <summary>Has no effect here; the post-processor of the same name has such a field. Default true.</summary>
    public bool TrimOffsets { get; init; } = true;

    /// <summary>Whether the pieces are cut by GPT-2's pattern. Default true.</summary>
    public bool UsePattern { get; init; } = true;

    internal static ByteLevel Read(JsonFields fields) => new()
    {
        AddPrefixSpace = fields.Bool("add_prefix_space"),
        TrimOffsets = fields.Bool("trim_offsets"),
        UsePattern = fields.Bool("use_regex", absent: true),
    };

    /// <inheritdoc/>
    public override void PreTokenize(PreTokenizedText text)
    {
        ArgumentNullException.ThrowIfNull(text);
        Cut(text);
        Spell(text);
    }

    /// <summary>The first half: puts the space before the pieces and cuts them, still in their own characters.</summary>
    /// <param name="text">The text.</param>
    internal void Cut(PreTokenizedText text)
    {
        if (!AddPrefixSpace && !UsePattern)
            return;
        text.Split((piece, parts) =>
        {
            if (AddPrefixSpace && piece.Length > 0 && piece.Text[0] != ' ')
                piece = WithSpace(piece);
            if (UsePattern)
                PatternSplit.Split(piece, Pattern, DelimiterBehavior.Isolated, invert: false, parts);
            else
                parts.Add(piece);
        });
    }

    /// <summary>The second half: writes the pieces in the byte alphabet.</summary>
    /// <param name="text">The text.</param>
    internal static void Spell(PreTokenizedText text)
    {
        // Pieces that share a source are written together, so that there is one new text for all of them.
        NormalizedText? source = null, spelled = null;
        int at = 0, written = 0;
        text.Split((piece, parts) =>
        {
            if (!ReferenceEquals(source, piece.Source) || piece.Start < at)
            {
                (source, at, written) = (piece.Source, 0, 0);
                spelled = source.Slice(0, source.Length);
                Normalizers.ByteLevelNormalizer.Spell(spelled);
            }
            written += ByteAlphabet.LengthOf(source!.Text[at..piece.Start]);
            int end = written + ByteAlphabet.LengthOf(piece.Text);
            parts.Add(new TextPiece(spelled!, written, end));
            (at, written) = (piece.End, end);
        });
    }

    private static TextPiece WithSpace(TextPiece piece)
    {
        NormalizedText source = piece.Source.Slice(piece.Start, piece.Length);
        Normalizers.Prepend.Put(source, " ");
        return new TextPiece(source, 0, source.Length);
    }

    private protected override void WriteFields(Utf8JsonWriter writer)
    {
        writer.WriteBoolean("add_prefix_space", AddPrefixSpace);
        writer.WriteBoolean("trim_offsets", TrimOffsets);
        writer.WriteBoolean("use_regex", UsePattern);
    }
}
