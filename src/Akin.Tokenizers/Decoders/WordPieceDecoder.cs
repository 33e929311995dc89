using System.Text.Json;
using Akin.Tokenizers.Json;

namespace Akin.Tokenizers.Decoders;

/// <summary>Joins word pieces: a token with the prefix continues the word, any other starts a new one after a space.</summary>
public sealed class WordPieceDecoder : Decoder
{
    /// <inheritdoc/>
    public override string Type => "WordPiece";

    /// <summary>The prefix of tokens that continue a word. Default <c>##</c>.</summary>
    public string Prefix { get; init; } = "##";

    /// <summary>Whether spaces before punctuation and English contractions are removed. Default true.</summary>
    public bool Cleanup { get; init; } = true;

    internal static WordPieceDecoder Read(JsonFields fields) => new() { Prefix = fields.String("prefix"), Cleanup = fields.Bool("cleanup", absent: true) };

    internal override void Rewrite(List<string> tokens)
    {
        for (int i = 0; i < tokens.Count; i++)
        {
            string token = tokens[i];
            if (i > 0)
                token = token.StartsWith(Prefix, StringComparison.Ordinal) ? token[Prefix.Length..] : " " + token;
            tokens[i] = Cleanup ? RemoveSpaces(token) : token;
        }
    }

    internal static string RemoveSpaces(string token) => token
        .Replace(" .", ".", StringComparison.Ordinal)
        .Replace(" ?", "?", StringComparison.Ordinal)
        .Replace(" !", "!", StringComparison.Ordinal)
        .Replace(" ,", ",", StringComparison.Ordinal)
        .Replace(" ' ", "'", StringComparison.Ordinal)
        .Replace(" n't", "n't", StringComparison.Ordinal)
        .Replace(" 'm", "'m", StringComparison.Ordinal)
        .Replace(" do not", " don't", StringComparison.Ordinal)
        .Replace(" 's", "'s", StringComparison.Ordinal)
        .Replace(" 've", "'ve", StringComparison.Ordinal)
        .Replace(" 're", "'re", StringComparison.Ordinal);

    private protected override void WriteFields(Utf8JsonWriter writer)
    {
        writer.WriteString("prefix", Prefix);
        writer.WriteBoolean("cleanup", Cleanup);
    }
}
