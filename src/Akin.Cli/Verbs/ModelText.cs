namespace Akin.Cli.Verbs;

/// <summary>How the <c>akin model</c> verbs print for people.</summary>
internal static class ModelText
{
    /// <summary>Bytes with a unit, in powers of ten as disks are sold.</summary>
    public static string Size(long bytes) => bytes switch
    {
        < 1_000 => $"{bytes} B",
        < 1_000_000 => $"{bytes / 1e3:0.#} kB",
        < 1_000_000_000 => $"{bytes / 1e6:0.#} MB",
        _ => $"{bytes / 1e9:0.##} GB",
    };

    /// <summary>Rows with their columns aligned, two blanks apart.</summary>
    public static void WriteColumns(TextWriter output, IEnumerable<string[]> rows)
    {
        List<string[]> all = [.. rows];
        if (all.Count == 0)
        {
            return;
        }

        int[] widths = [.. Enumerable.Range(0, all[0].Length).Select(column => all.Max(row => TerminalText.Width(row[column])))];
        foreach (string[] row in all)
        {
            output.WriteLine(string.Join("  ", row.Select((cell, column) => TerminalText.Pad(cell, widths[column]))).TrimEnd());
        }
    }
}
