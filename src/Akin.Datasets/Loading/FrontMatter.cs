namespace Akin.Datasets.Loading;

/// <summary>
/// Reads the front matter of a README.md: the part of YAML that data sets use there. Mappings and lists by indentation, <c>[a, b]</c>, and plain or quoted text.
/// A node is a <see cref="Dictionary{TKey, TValue}"/> of text to node, a <see cref="List{T}"/> of nodes, or text.
/// </summary>
internal sealed class FrontMatter
{
    private const string Fence = "---";

    private readonly string _file;
    private readonly List<(int Number, int Indent, string Text)> _lines = [];
    private int _next;

    private FrontMatter(string file, IEnumerable<string> lines)
    {
        _file = file;
        int number = 1;
        foreach (string line in lines)
        {
            number++;
            string text = line.TrimEnd();
            if (text.TrimStart() is { Length: > 0 } content && content[0] != '#')
            {
                _lines.Add((number, text.Length - content.Length, content));
            }
        }
    }

    /// <summary>The front matter of a file, or null when it has none.</summary>
    /// <exception cref="DataFormatException">It is not the YAML that is understood here.</exception>
    public static Dictionary<string, object>? Read(string file)
    {
        string[] lines = [.. TextLines.Read(file).Select(line => line.Text)];
        int end = lines is [Fence, ..] ? Array.IndexOf(lines, Fence, 1) : -1;
        if (end < 0)
        {
            return null;
        }

        FrontMatter reader = new(file, lines[1..end]);
        if (reader._lines.Count == 0)
        {
            return [];
        }

        object root = reader.Node(reader._lines[0].Indent);
        return reader._next < reader._lines.Count ? throw reader.Bad("the indentation does not fit") : root as Dictionary<string, object> ?? throw reader.Bad("a mapping is expected");
    }

    private object Node(int indent) => IsItem(_lines[_next].Text) ? Items(indent) : Mapping(indent);

    private List<object> Items(int indent)
    {
        List<object> items = [];
        while (_next < _lines.Count && _lines[_next].Indent == indent && IsItem(_lines[_next].Text))
        {
            (int number, _, string text) = _lines[_next];
            string rest = text[1..].TrimStart();
            if (rest.Length == 0)
            {
                _next++;
                items.Add(_next < _lines.Count && _lines[_next].Indent > indent ? Node(_lines[_next].Indent) : "");
            }
            else if (KeyLength(rest) >= 0)
            {
                // A mapping that begins on the line of its dash is indented as its first key.
                int inner = indent + text.Length - rest.Length;
                _lines[_next] = (number, inner, rest);
                items.Add(Mapping(inner));
            }
            else
            {
                items.Add(Scalar(rest));
                _next++;
            }
        }

        return items;
    }

    private Dictionary<string, object> Mapping(int indent)
    {
        Dictionary<string, object> mapping = new(StringComparer.Ordinal);
        while (_next < _lines.Count && _lines[_next].Indent == indent && !IsItem(_lines[_next].Text))
        {
            string text = _lines[_next].Text;
            int key = KeyLength(text);
            if (key < 0)
            {
                throw Bad("a line 'name: value' is expected");
            }

            string name = (string)Scalar(text[..key]);
            string rest = text[(key + 1)..].Trim();
            _next++;
            if (rest.Length > 0)
            {
                mapping[name] = Scalar(rest);
                continue;
            }

            // A list may stand at the same indentation as the name it belongs to.
            bool nested = _next < _lines.Count && (_lines[_next].Indent > indent || (_lines[_next].Indent == indent && IsItem(_lines[_next].Text)));
            mapping[name] = nested ? Node(_lines[_next].Indent) : "";
        }

        return mapping;
    }

    private static bool IsItem(string text) => text == "-" || text.StartsWith("- ", StringComparison.Ordinal);

    /// <summary>Where the name of a mapping line ends, or −1.</summary>
    private static int KeyLength(string text)
    {
        if (text[0] is '"' or '\'' && text.IndexOf(text[0], 1) is var close and > 0)
        {
            return close + 1 < text.Length && text[close + 1] == ':' ? close + 1 : -1;
        }

        int colon = text.IndexOf(": ", StringComparison.Ordinal);
        return colon >= 0 ? colon : text.EndsWith(':') ? text.Length - 1 : -1;
    }

    private static object Scalar(string text)
    {
        if (text.Length >= 2 && text[0] is '"' or '\'' && text[^1] == text[0])
        {
            return text[0] == '\'' ? text[1..^1].Replace("''", "'", StringComparison.Ordinal) : text[1..^1].Replace("\\t", "\t", StringComparison.Ordinal).Replace("\\\"", "\"", StringComparison.Ordinal);
        }

        if (text is ['[', .., ']'])
        {
            return text[1..^1].Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(Scalar).ToList();
        }

        int comment = text.IndexOf(" #", StringComparison.Ordinal);
        return comment < 0 ? text : text[..comment].TrimEnd();
    }

    private DataFormatException Bad(string problem)
    {
        (int number, _, string text) = _lines[Math.Min(_next, _lines.Count - 1)];
        return new DataFormatException(_file, number, $"{problem} in the front matter; found '{text}'.");
    }
}
