using System.Text.Json;
using Akin.Tokenizers.Json;
using Akin.Tokenizers.Unicode;

namespace Akin.Tokenizers.Decoders;

/// <summary>Takes a character off the ends of every token (<c>Strip</c>).</summary>
public sealed class StripDecoder : Decoder
{
    /// <inheritdoc/>
    public override string Type => "Strip";

    /// <summary>The character: one code point. Default a space.</summary>
    public string Content { get; init; } = " ";

    /// <summary>How many of it are taken off the start at most. Default 0.</summary>
    public int Start { get; init; }

    /// <summary>How many of it are taken off the end at most. Default 0.</summary>
    public int Stop { get; init; }

    internal static StripDecoder Read(JsonFields fields) => new() { Content = ReadContent(fields), Start = fields.Int("start"), Stop = fields.Int("stop") };

    private static string ReadContent(JsonFields fields)
    {
        string content = fields.String("content");
        return content.Length > 0 && Utf16.CountCodePoints(content) == 1 ? content : throw fields.Refuse("content", $"one character was expected, found \"{content}\"");
    }

    internal override void Rewrite(List<string> tokens)
    {
        for (int i = 0; i < tokens.Count; i++)
        {
            ReadOnlySpan<char> token = tokens[i];
            for (int taken = 0; taken < Start && token.StartsWith(Content, StringComparison.Ordinal); taken++)
                token = token[Content.Length..];
            for (int taken = 0; taken < Stop && token.EndsWith(Content, StringComparison.Ordinal); taken++)
                token = token[..^Content.Length];
            if (token.Length < tokens[i].Length)
                tokens[i] = token.ToString();
        }
    }

    private protected override void WriteFields(Utf8JsonWriter writer)
    {
        writer.WriteString("content", Content);
        writer.WriteNumber("start", Start);
        writer.WriteNumber("stop", Stop);
    }
}
