using System.Text.Json;
using Akin.Tokenizers.Json;

namespace Akin.Tokenizers.PostProcessors;

/// <summary>Puts no special tokens in; may take the spaces out of the offsets of byte-level tokens (<c>ByteLevel</c>).</summary>
public sealed class ByteLevelProcessing : PostProcessor
{
    /// <inheritdoc/>
    public override string Type => "ByteLevel";

    /// <summary>Whether spaces at the ends of a token are left out of its span. Default true.</summary>
    public bool TrimOffsets { get; init; } = true;

    /// <summary>Whether the pre-tokenizer put a space before the text, which then has no place to be trimmed from. Default true.</summary>
    public bool AddPrefixSpace { get; init; } = true;

    /// <summary>Has no effect here; the pre-tokenizer of the same name has such a field. Default true.</summary>
    public bool UsePattern { get; init; } = true;

    internal static ByteLevelProcessing Read(JsonFields fields) => new()
    {
        TrimOffsets = fields.Bool("trim_offsets"),
        AddPrefixSpace = fields.Bool("add_prefix_space"),
        UsePattern = fields.Bool("use_regex", absent: true),
    };

    /// <inheritdoc/>
    public override IReadOnlyList<LayoutPiece> Layout(bool pair, bool addSpecialTokens) => PlainLayout(pair);

    internal override void AdjustOffsets(Span<Token> tokens)
    {
        if (TrimOffsets)
            RobertaProcessing.Trim(tokens, AddPrefixSpace);
    }

    private protected override void WriteFields(Utf8JsonWriter writer)
    {
        writer.WriteBoolean("add_prefix_space", AddPrefixSpace);
        writer.WriteBoolean("trim_offsets", TrimOffsets);
        writer.WriteBoolean("use_regex", UsePattern);
    }
}
