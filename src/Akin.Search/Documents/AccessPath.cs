using System.Globalization;

namespace Akin.Search.Documents;

/// <summary>Reads DocArray's access paths: <c>@c,m</c>, <c>@r[0]c[1:]</c>, <c>@cc</c>. A part is a way down: <c>r</c> stays, <c>c</c> goes to the chunks, <c>m</c> to the matches, each with a slice as in Python.</summary>
internal static class AccessPath
{
    private const string Remedy = "a path is letters r, c and m, each with an index or a slice behind it if wanted, and commas between several ways: @c, @r[0]m[:3], @cc,m";

    /// <summary>The documents that a path leads to, in the order of its ways.</summary>
    /// <exception cref="ArgumentException">The path cannot be understood.</exception>
    public static IEnumerable<DocumentNode> Follow(DocumentArray root, string path)
    {
        string ways = path.StartsWith('@') ? path[1..] : path;
        return ways.Split(',').SelectMany(way => Follow(root, path, way.Trim()));
    }

    private static IEnumerable<DocumentNode> Follow(DocumentArray root, string path, string way)
    {
        if (way.Length == 0)
        {
            throw new ArgumentException($"Path '{path}' has an empty way: {Remedy}.", nameof(path));
        }

        IEnumerable<IReadOnlyList<DocumentNode>> groups = [root];
        for (int at = 0; at < way.Length;)
        {
            char step = way[at++];
            string slice = SliceAt(path, way, ref at);
            groups = (step switch
            {
                'r' => groups,
                'c' => groups.SelectMany(group => group).Select(document => document.Chunks),
                'm' => groups.SelectMany(group => group).Select(document => document.Matches),
                _ => throw new ArgumentException($"Path '{path}' has '{step}' in it: {Remedy}.", nameof(path)),
            }).Select(group => Slice(group, slice, path)).ToList();
        }

        return groups.SelectMany(group => group);
    }

    /// <summary>What stands behind a letter, in brackets or without; empty for all.</summary>
    private static string SliceAt(string path, string way, ref int at)
    {
        int first = at;
        if (at < way.Length && way[at] == '[')
        {
            at = way.IndexOf(']', at) is > 0 and int end ? end + 1 : throw new ArgumentException($"Path '{path}' has a bracket that is not closed: {Remedy}.", nameof(path));
            return first + 2 < at ? way[(first + 1)..(at - 1)] : throw new ArgumentException($"Path '{path}' has nothing in its brackets: {Remedy}.", nameof(path));
        }

        while (at < way.Length && (char.IsAsciiDigit(way[at]) || way[at] is ':' or '-'))
        {
            at++;
        }

        return way[first..at];
    }

    /// <summary>Python's <c>[start:end:step]</c>. An index alone counts from the beginning: as in DocArray, a negative one finds nothing.</summary>
    private static IReadOnlyList<DocumentNode> Slice(IReadOnlyList<DocumentNode> documents, string slice, string path)
    {
        if (slice.Length == 0)
        {
            return documents;
        }

        int?[] bounds = [.. slice.Split(':').Select(bound => Bound(bound.Trim(), path))];
        if (bounds is [{ } index])
        {
            return index >= 0 && index < documents.Count ? [documents[index]] : [];
        }

        if (bounds.Length is < 2 or > 3 || (bounds.Length == 3 && bounds[2] == 0))
        {
            throw new ArgumentException($"Path '{path}' has the slice '{slice}', which is none: {Remedy}.", nameof(path));
        }

        int step = bounds.Length == 3 ? bounds[2] ?? 1 : 1;
        int lowest = step > 0 ? 0 : -1, highest = step > 0 ? documents.Count : documents.Count - 1;
        int start = Place(bounds[0], step > 0 ? lowest : highest), end = Place(bounds[1], step > 0 ? highest : lowest);
        List<DocumentNode> chosen = [];
        for (long i = start; step > 0 ? i < end : i > end; i += step)
        {
            chosen.Add(documents[(int)i]);
        }

        return chosen;

        int Place(int? bound, int otherwise) => bound is { } place ? Math.Clamp(place < 0 ? place + documents.Count : place, lowest, highest) : otherwise;
    }

    private static int? Bound(string word, string path) =>
        word.Length == 0 ? null
        : int.TryParse(word, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int bound) ? bound
        : throw new ArgumentException($"Path '{path}' has '{word}' where a whole number is wanted: {Remedy}.", nameof(path));
}
