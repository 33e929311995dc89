using System.Text.Json;
using Akin.Tokenizers.Json;
using Akin.Tokenizers.Patterns;
using Akin.Tokenizers.Text;
using Akin.Tokenizers.Unicode;

namespace Akin.Tokenizers.Normalizers;

/// <summary>
/// Replaces what a pattern finds. The content is put in as it is (there is no <c>$1</c>) and counts as the last character that it replaces;
/// where a pattern matches nothing at all the content is put between the characters.
/// </summary>
/// <param name="pattern">What to look for.</param>
/// <param name="content">What is put in its place; may be empty.</param>
public sealed class Replace(TextPattern pattern, string content) : Normalizer
{
    /// <inheritdoc/>
    public override string Type => "Replace";

    /// <summary>What to look for.</summary>
    public TextPattern Pattern { get; } = pattern;

    /// <summary>What is put in its place.</summary>
    public string Content { get; } = content;

    internal static Replace Read(JsonFields fields) => new(fields.Pattern("pattern"), fields.String("content"));

    /// <inheritdoc/>
    public override void Normalize(NormalizedText text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text.Length == 0)
            return;
        using PatternMatches matches = Pattern.Pattern.Matches(text.Text);
        if (!matches.MoveNext())
            return;
        TextRewriter rewriter = new(text);
        int read = 0;
        do
        {
            rewriter.Keep(matches.Start - read);
            rewriter.Drop(matches.End - matches.Start);
            for (int i = 0; i < Content.Length;)
            {
                rewriter.Insert(Utf16.CodePointAt(Content, i, out int size));
                i += size;
            }
            read = matches.End;
        }
        while (matches.MoveNext());
        rewriter.Keep(text.Length - read);
        rewriter.Finish();
    }

    private protected override void WriteFields(Utf8JsonWriter writer)
    {
        writer.WritePattern("pattern", Pattern);
        writer.WriteString("content", Content);
    }
}
