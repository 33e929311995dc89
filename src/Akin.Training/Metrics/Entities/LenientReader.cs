namespace Akin.Training.Metrics.Entities;

/// <summary>
/// Reads entities from tags of any scheme, as conlleval and seqeval's default mode do: B or S begins one, so does anything else after O or after another type;
/// E or S ends one, and so does whatever begins the next. Nothing is refused.
/// </summary>
internal static class LenientReader
{
    public static List<LabelledSpan> Read(IReadOnlyList<string> tags)
    {
        List<LabelledSpan> spans = [];
        (char Prefix, string Type) before = ('O', "");
        int first = 0;
        for (int i = 0; i <= tags.Count; i++)
        {
            (char Prefix, string Type) current = i < tags.Count ? Parse(tags[i], i) : ('O', "_");
            if (Ends(before, current))
            {
                spans.Add(new LabelledSpan(before.Type, first, i - 1));
            }

            if (Begins(before, current))
            {
                first = i;
            }

            before = current;
        }

        return spans;
    }

    // The type is what follows the first dash: MISC-B of B-MISC-B.
    private static (char Prefix, string Type) Parse(string tag, int place)
    {
        if (tag.Length == 0)
        {
            throw new ArgumentException($"Tag {place} is empty; a tag is O or a prefix and a type, as B-PER.");
        }

        int dash = tag.IndexOf('-', 1);
        string type = dash < 0 ? tag[1..] : tag[(dash + 1)..];
        return (tag[0], type.Length == 0 ? "_" : type);
    }

    private static bool Ends((char Prefix, string Type) before, (char Prefix, string Type) current) => before.Prefix switch
    {
        'E' or 'S' => true,
        'B' or 'I' when current.Prefix is 'B' or 'S' or 'O' => true,
        'O' or '.' => false,
        _ => before.Type != current.Type,
    };

    private static bool Begins((char Prefix, string Type) before, (char Prefix, string Type) current) => current.Prefix switch
    {
        'B' or 'S' => true,
        'E' or 'I' when before.Prefix is 'E' or 'S' or 'O' => true,
        'O' or '.' => false,
        _ => before.Type != current.Type,
    };
}
