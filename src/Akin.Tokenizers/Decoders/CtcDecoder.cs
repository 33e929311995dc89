using System.Text.Json;
using Akin.Tokenizers.Json;

namespace Akin.Tokenizers.Decoders;

/// <summary>
/// Reads the output of connectionist temporal classification (Graves et al., 2006): equal neighbours are one, padding is nothing, the
/// delimiter is a space.
/// </summary>
public sealed class CtcDecoder : Decoder
{
    /// <inheritdoc/>
    public override string Type => "CTC";

    /// <summary>The token that stands for nothing. Default <c>&lt;pad&gt;</c>.</summary>
    public string PaddingToken { get; init; } = "<pad>";

    /// <summary>The token between words. Default <c>|</c>.</summary>
    public string WordDelimiterToken { get; init; } = "|";

    /// <summary>Whether spaces before punctuation are removed and the delimiter becomes a space. Default true.</summary>
    public bool Cleanup { get; init; } = true;

    internal static CtcDecoder Read(JsonFields fields) => new()
    {
        PaddingToken = fields.NonEmpty("pad_token"),
        WordDelimiterToken = fields.NonEmpty("word_delimiter_token"),
        Cleanup = fields.Bool("cleanup"),
    };

    internal override void Rewrite(List<string> tokens)
    {
        int kept = 0;
        string? previous = null;
        for (int i = 0; i < tokens.Count; i++)
        {
            string token = tokens[i];
            if (token == previous)
                continue;
            previous = token;
            token = token.Replace(PaddingToken, string.Empty, StringComparison.Ordinal);
            if (Cleanup)
                token = WordPieceDecoder.RemoveSpaces(token).Replace(WordDelimiterToken, " ", StringComparison.Ordinal);
            if (token.Length > 0)
                tokens[kept++] = token;
        }
        tokens.RemoveRange(kept, tokens.Count - kept);
    }

    private protected override void WriteFields(Utf8JsonWriter writer)
    {
        writer.WriteString("pad_token", PaddingToken);
        writer.WriteString("word_delimiter_token", WordDelimiterToken);
        writer.WriteBoolean("cleanup", Cleanup);
    }
}
