using System.Collections.Concurrent;
using Akin.Tokenizers.Unicode;

namespace Akin.Tokenizers.Patterns;

/// <summary>The sets of code points that a pattern calls by name: <c>\p{Lu}</c>, <c>\p{Han}</c>, <c>\s</c>. The tables are those of the reference.</summary>
internal static class NamedSets
{
    private static readonly ConcurrentDictionary<string, CodePointSet> Known = new(StringComparer.Ordinal);

    private static readonly Dictionary<string, string> LongNames = (
        "letter=l uppercaseletter=lu lowercaseletter=ll titlecaseletter=lt modifierletter=lm otherletter=lo mark=m "
        + "combiningmark=m nonspacingmark=mn spacingmark=mc enclosingmark=me number=n decimalnumber=nd letternumber=nl "
        + "othernumber=no punctuation=p connectorpunctuation=pc dashpunctuation=pd openpunctuation=ps closepunctuation=pe "
        + "initialpunctuation=pi finalpunctuation=pf otherpunctuation=po symbol=s mathsymbol=sm currencysymbol=sc "
        + "modifiersymbol=sk othersymbol=so separator=z spaceseparator=zs lineseparator=zl paragraphseparator=zp other=c "
        + "control=cc format=cf privateuse=co surrogate=cs unassigned=cn")
        .Split(' ').Select(static pair => pair.Split('=')).ToDictionary(static pair => pair[0], static pair => pair[1], StringComparer.Ordinal);

    public static CodePointSet Space => Find("space")!;

    public static CodePointSet Word => Find("word")!;

    public static CodePointSet Digit => Find("nd")!;

    public static CodePointSet HexDigit => Find("xdigit")!;

    /// <summary>The set of a name, whatever its case, spaces, hyphens and underscores; null when there is none.</summary>
    public static CodePointSet? Find(string name)
    {
        string key = string.Concat(name.Where(static unit => unit is not (' ' or '-' or '_'))).ToLowerInvariant();
        key = LongNames.GetValueOrDefault(key, key);
        if (Known.TryGetValue(key, out CodePointSet? set))
            return set;
        set = Make(key);
        if (set is not null)
            Known[key] = set;
        return set;
    }

    private static CodePointSet? Make(string key)
    {
        switch (key)
        {
            case "any":
                return CodePointSet.All;
            case "ascii":
                return CodePointSet.Range(0, 0x7F);
            case "digit":
                return Find("nd");
            case "space" or "whitespace":
                return CodePointSet.OfRanges(UnicodeTables.RangesWith(CharacterFlags.Whitespace));
            case "word":
                return CodePointSet.OfRanges(UnicodeTables.RangesWith(CharacterFlags.PatternWord));
            case "xdigit":
                return CodePointSet.Union([CodePointSet.Range('0', '9'), CodePointSet.Range('A', 'F'), CodePointSet.Range('a', 'f')]);
        }
        GeneralCategory[] categories = [.. Enum.GetValues<GeneralCategory>().Where(category =>
            key.Length == 1 ? char.ToLowerInvariant(category.ToString()[0]) == key[0] : category.ToString().Equals(key, StringComparison.OrdinalIgnoreCase))];
        if (categories.Length > 0)
            return CodePointSet.OfRanges(UnicodeTables.RangesOf(categories));
        for (int script = 1; script < UnicodeTables.ScriptNames.Count; script++)
        {
            if (UnicodeTables.ScriptNames[script].Replace("_", string.Empty, StringComparison.Ordinal).Equals(key, StringComparison.OrdinalIgnoreCase))
                return CodePointSet.OfRanges(UnicodeTables.RangesOfScript(script)).Intersect(Find("cn")!.Complement());
        }
        return null;
    }
}
