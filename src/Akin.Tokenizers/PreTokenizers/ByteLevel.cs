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
        if (AddPrefixSpace && !AllStartWithSpace(text))
            text.Rewrite(default(SpacePutter));
        if (UsePattern)
            text.Split(new PatternSplit(Pattern, DelimiterBehavior.Isolated, Invert: false));
        else
            text.Split(default(WholePiece));
    }

    /// <summary>The second half: writes the pieces in the byte alphabet.</summary>
    /// <param name="text">The text.</param>
    internal static void Spell(PreTokenizedText text) => text.Rewrite(default(ByteSpeller));

    private static bool AllStartWithSpace(PreTokenizedText text)
    {
        for (int i = 0; i < text.Pieces.Count; i++)
        {
            TextPiece piece = text.Pieces[i];
            if (piece.TokenId is null && piece.Length > 0 && piece.Text[0] != ' ')
                return false;
        }
        return true;
    }

    /// <summary>Puts a space before a piece that does not start with one; it counts as part of the first character.</summary>
    private readonly struct SpacePutter : IPieceRewriter
    {
        public void Rewrite(ref TextRewriter rewriter)
        {
            ReadOnlySpan<char> text = rewriter.Rest;
            if (text.Length > 0 && text[0] != ' ')
                rewriter.Write(' ', rewriter.OriginOfNext);
            rewriter.Keep(text.Length);
        }
    }

    /// <summary>Writes the bytes of a piece as characters of the alphabet; those of one character share its origin.</summary>
    internal readonly struct ByteSpeller : IPieceRewriter
    {
        public void Rewrite(ref TextRewriter rewriter)
        {
            ReadOnlySpan<char> text = rewriter.Rest;
            Span<char> bytes = stackalloc char[4];
            while (text.Length > 0)
            {
                // What the alphabet writes as it is (!..~) is copied in one go.
                int plain = text.IndexOfAnyExceptInRange('!', '~');
                int kept = plain < 0 ? text.Length : plain;
                rewriter.Keep(kept);
                text = text[kept..];
                if (text.Length == 0)
                    break;
                int count = ByteAlphabet.Write(Utf16.CodePointAt(text, 0, out int size), bytes);
                TextSpan origin = rewriter.OriginOfNext;
                for (int i = 0; i < count; i++)
                    rewriter.Write(bytes[i], origin);
                rewriter.Drop(size);
                text = text[size..];
            }
        }
    }

    private protected override void WriteFields(Utf8JsonWriter writer)
    {
        writer.WriteBoolean("add_prefix_space", AddPrefixSpace);
        writer.WriteBoolean("trim_offsets", TrimOffsets);
        writer.WriteBoolean("use_regex", UsePattern);
    }
}
