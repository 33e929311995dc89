using System.Text;
using System.Text.Json;
using Akin.Tokenizers.Json;
using Akin.Tokenizers.Patterns;

namespace Akin.Tokenizers.Decoders;

/// <summary>Replaces what a pattern finds in every token (<c>Replace</c>). The content is put in as it is.</summary>
/// <param name="pattern">What to look for.</param>
/// <param name="content">What is put in its place.</param>
public sealed class ReplaceDecoder(TextPattern pattern, string content) : Decoder
{
    /// <inheritdoc/>
    public override string Type => "Replace";

    /// <summary>What to look for.</summary>
    public TextPattern Pattern { get; } = pattern;

    /// <summary>What is put in its place.</summary>
    public string Content { get; } = content;

    internal static ReplaceDecoder Read(JsonFields fields) => new(fields.Pattern("pattern"), fields.String("content"));

    internal override void Rewrite(List<string> tokens)
    {
        StringBuilder text = new();
        for (int i = 0; i < tokens.Count; i++)
        {
            string token = tokens[i];
            if (token.Length == 0)
                continue;
            text.Clear();
            int end = 0;
            using PatternMatches matches = Pattern.Pattern.Matches(token);
            while (matches.MoveNext())
            {
                text.Append(token, end, matches.Start - end).Append(Content);
                end = matches.End;
            }
            tokens[i] = text.Append(token, end, token.Length - end).ToString();
        }
    }

    private protected override void WriteFields(Utf8JsonWriter writer)
    {
        writer.WritePattern("pattern", Pattern);
        writer.WriteString("content", Content);
    }
}
