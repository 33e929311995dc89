using System.Globalization;
using System.Text.RegularExpressions;

namespace Akin.Datasets;

/// <summary>A part of a data set in Python's notation: <c>train[:10%]+test[-100:]</c>.</summary>
internal sealed partial class SplitExpression
{
    private readonly List<(string Split, string Text, Match Match)> _parts = [];

    private SplitExpression()
    {
    }

    /// <exception cref="DatasetException">The expression cannot be understood.</exception>
    public static SplitExpression Parse(string text)
    {
        SplitExpression expression = new();
        foreach (string part in text.Split('+'))
        {
            Match match = Part().Match(part.Trim());
            if (!match.Success)
            {
                throw new DatasetException($"the split '{part}' cannot be understood; write train, train[10:20], train[:10%], train[-25%:] or several joined by +.");
            }

            expression._parts.Add((match.Groups["split"].Value, part.Trim(), match));
        }

        return expression;
    }

    public Dataset Apply(DatasetDict splits) => _parts.Count == 1 ? Apply(splits, _parts[0]) : Dataset.Concatenate([.. _parts.Select(part => Apply(splits, part))]);

    private static Dataset Apply(DatasetDict splits, (string Split, string Text, Match Match) part)
    {
        Dataset rows = part.Split == "all" && !splits.ContainsKey("all") ? Dataset.Concatenate([.. splits.Values]) : splits[part.Split];
        if (!part.Match.Groups["slice"].Success)
        {
            return rows;
        }

        bool whole = part.Match.Groups["rounding"].Value == "pct1_dropremainder";
        bool percent = part.Match.Groups["fromPercent"].Success || part.Match.Groups["toPercent"].Success;
        if (whole && percent && rows.Count < 100)
        {
            throw new DatasetException($"'{part.Text}': a set of {rows.Count} rows has no whole percent; leave out pct1_dropremainder.");
        }

        int from = Bound(part, "from", rows.Count, 0, whole);
        int to = Math.Min(Bound(part, "to", rows.Count, rows.Count, whole), rows.Count);
        return from < rows.Count || rows.Count == 0
            ? rows.Slice(from, Math.Max(0, to - from))
            : throw new DatasetException($"'{part.Text}' begins at row {from}; the split has {rows.Count} rows.");
    }

    private static int Bound((string Split, string Text, Match Match) part, string name, int count, int missing, bool whole)
    {
        if (!part.Match.Groups[name].Success)
        {
            return missing;
        }

        long number = long.Parse(part.Match.Groups[name].Value, CultureInfo.InvariantCulture);
        if (part.Match.Groups[name + "Percent"].Success)
        {
            if (Math.Abs(number) > 100)
            {
                throw new DatasetException($"'{part.Text}': percents lie between -100 and 100.");
            }

            number = whole ? count / 100 * number : (long)Math.Round(number * count / 100m, MidpointRounding.ToEven);
        }

        return (int)Math.Clamp(number < 0 ? count + number : number, 0, int.MaxValue);
    }

    [GeneratedRegex(
        """^(?<split>[\w-]+(?:\.[\w-]+)*)(?<slice>\[(?:(?<from>-?\d{1,10})(?<fromPercent>%)?)?:(?:(?<to>-?\d{1,10})(?<toPercent>%)?)?\](?:\((?<rounding>closest|pct1_dropremainder)\))?)?$""",
        RegexOptions.ExplicitCapture)]
    private static partial Regex Part();
}
