namespace Akin.Training.Metrics.Entities;

/// <summary>
/// Reads entities from tags of one scheme, as seqeval's strict mode does: a sequence of tags that the scheme does not allow is no entity,
/// and a prefix foreign to the scheme is an error.
/// </summary>
/// <param name="scheme">The scheme the tags must follow.</param>
internal sealed class StrictReader(TaggingScheme scheme)
{
    private const string Any = "IOBESUL";

    // Each rule: prefixes of the tag before, prefixes of this tag, and whether the types must be equal (=), differ (!) or do not matter (*).
    private readonly Grammar _grammar = scheme switch
    {
        TaggingScheme.Iob1 => new Grammar(
            "IOB",
            Begin: [("O", "I", '*'), ("I", "I", '!'), ("B", "I", '*'), ("IB", "B", '=')],
            Inside: [("BI", "I", '=')],
            End: [("BI", "I", '!'), ("BI", "O", '*'), ("I", "B", '*'), ("B", "B", '=')]),
        TaggingScheme.Iob2 => new Grammar(
            "IOB",
            Begin: [(Any, "B", '*')],
            Inside: [("BI", "I", '=')],
            End: [("BI", "O", '*'), ("BI", "I", '!'), ("BI", "B", '*')]),
        TaggingScheme.Ioe1 => new Grammar(
            "IOE",
            Begin: [("O", "I", '*'), ("I", "I", '!'), ("E", "I", '*'), ("E", "E", '=')],
            Inside: [("I", "IE", '=')],
            End: [("I", "IE", '!'), ("I", "O", '*'), ("E", "IE", '=')]),
        TaggingScheme.Ioe2 => new Grammar(
            "IOE",
            Begin: [("OE", "IE", '*'), ("I", "IE", '!')],
            Inside: [("I", "IE", '=')],
            End: [("E", Any, '*')]),
        TaggingScheme.Iobes => new Grammar(
            "IOBES",
            Begin: [(Any, "BS", '*')],
            Inside: [("BI", "IE", '=')],
            End: [("SE", Any, '*')]),
        TaggingScheme.Bilou => new Grammar(
            "BILOU",
            Begin: [(Any, "BU", '*')],
            Inside: [("BI", "IL", '=')],
            End: [("UL", Any, '*')]),
        _ => throw new ArgumentOutOfRangeException(nameof(scheme), scheme, "Unknown tagging scheme."),
    };

    public List<LabelledSpan> Read(IReadOnlyList<string> tags)
    {
        (char Prefix, string Type)[] parsed = [.. tags.Select(Parse), ('O', "_")];
        List<LabelledSpan> spans = [];
        (char, string) before = ('O', "_");
        for (int i = 0; i < parsed.Length;)
        {
            int next = i + 1;
            if (Matches(_grammar.Begin, before, parsed[i]))
            {
                // The O behind the last tag is inside of nothing, so this stops there at the latest.
                while (Matches(_grammar.Inside, parsed[next - 1], parsed[next]))
                {
                    next++;
                }

                if (Matches(_grammar.End, parsed[next - 1], parsed[next]))
                {
                    spans.Add(new LabelledSpan(parsed[i].Type, i, next - 1));
                }
            }

            before = parsed[next - 1];
            i = next;
        }

        return spans;
    }

    private (char Prefix, string Type) Parse(string tag, int place)
    {
        if (tag.Length == 0 || !_grammar.Prefixes.Contains(tag[0], StringComparison.Ordinal))
        {
            throw new ArgumentException($"Tag {place} '{tag}' does not belong to the scheme {scheme}, whose prefixes are {string.Join(", ", _grammar.Prefixes.AsEnumerable())}.");
        }

        string type = tag[1..].Trim('-');
        return (tag[0], type.Length == 0 ? "_" : type);
    }

    private static bool Matches((string Before, string Current, char Types)[] rules, (char Prefix, string Type) before, (char Prefix, string Type) current)
    {
        foreach ((string beforePrefixes, string prefixes, char types) in rules)
        {
            bool typesFit = types == '*' || (types == '=') == (before.Type == current.Type);
            if (typesFit && beforePrefixes.Contains(before.Prefix, StringComparison.Ordinal) && prefixes.Contains(current.Prefix, StringComparison.Ordinal))
            {
                return true;
            }
        }

        return false;
    }

    private sealed record Grammar(
        string Prefixes,
        (string Before, string Current, char Types)[] Begin,
        (string Before, string Current, char Types)[] Inside,
        (string Before, string Current, char Types)[] End);
}
