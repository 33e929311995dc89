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
        List<TextSpan> found = [];
        if (text.Length > 0)
        {
            using PatternMatches matches = Pattern.Pattern.Matches(text.Text);
            while (matches.MoveNext())
                found.Add(new TextSpan(matches.Start, matches.End));
        }
        if (found.Count == 0)
            return;
        List<TextSpan> last = DropAllButLast(text, found);
        if (Content.Length > 0)
            PutContent(text, last);
    }

    /// <summary>Removes of every match all characters but the last, which the content will replace; and says where that is then.</summary>
    private List<TextSpan> DropAllButLast(NormalizedText text, List<TextSpan> matches)
    {
        List<TextSpan> left = new(matches.Count);
        int dropped = 0;
        foreach ((int start, int end) in matches)
        {
            int kept = Content.Length == 0 || start == end ? 0 : Utf16.Length(Utf16.CodePointBefore(text.Text, end));
            left.Add(new TextSpan(start - dropped, start - dropped + kept));
            dropped += end - start - kept;
        }
        if (dropped == 0)
            return left;
        int at = 0, match = 0;
        text.Filter(codePoint =>
        {
            while (match < matches.Count && matches[match].End <= at)
                match++;
            int size = Utf16.Length(codePoint);
            bool inside = match < matches.Count && matches[match].Start <= at;
            at += size;
            return !inside || (Content.Length > 0 && matches[match].End == at);
        });
        return left;
    }

    private void PutContent(NormalizedText text, List<TextSpan> matches)
    {
        List<CharacterChange> changes = new(text.Length + (matches.Count * Content.Length));
        int match = 0;
        ReadOnlySpan<char> characters = text.Text;
        for (int i = 0; i <= characters.Length;)
        {
            while (match < matches.Count && matches[match].Start == i)
            {
                bool replaces = matches[match].End > i;
                for (int k = 0, size; k < Content.Length; k += size)
                    changes.Add(new CharacterChange(Utf16.CodePointAt(Content, k, out size), replaces && k == 0 ? 0 : 1));
                i = matches[match++].End;
            }
            if (i == characters.Length)
                break;
            changes.Add(new CharacterChange(Utf16.CodePointAt(characters, i, out int length), 0));
            i += length;
        }
        text.Transform(changes);
    }

    private protected override void WriteFields(Utf8JsonWriter writer)
    {
        writer.WritePattern("pattern", Pattern);
        writer.WriteString("content", Content);
    }
}
