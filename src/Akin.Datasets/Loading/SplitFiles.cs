using System.Text.RegularExpressions;

namespace Akin.Datasets.Loading;

/// <summary>Finds the files of each split.</summary>
internal static partial class SplitFiles
{
    private const string Train = "train";
    private static readonly (string Split, string[] Words)[] SplitWords =
    [
        (Train, ["train", "training"]),
        ("validation", ["validation", "valid", "val", "dev"]),
        ("test", ["test", "testing", "eval", "evaluation"]),
    ];

    public static IReadOnlyList<KeyValuePair<string, IReadOnlyList<DataFile>>> Find(string path, LoadDatasetOptions options)
    {
        if (options.DataFiles is { } named)
        {
            return [.. named.Select(split => Split(split.Key, split.Value.SelectMany(pattern => Match(path, pattern))))];
        }

        if (!Directory.Exists(path))
        {
            return path == InputFile.StandardInput || File.Exists(path)
                ? [Split(Train, [path])]
                : throw new FileNotFoundException($"There is no file or folder '{path}' (looked from '{Directory.GetCurrentDirectory()}').", path);
        }

        string[] files = DataFiles(path);
        if (files.Length == 0)
        {
            throw new DatasetException($"the folder '{path}' holds no data files; known are .csv, .tsv, .json, .jsonl, .txt, .parquet and .arrow.");
        }

        List<KeyValuePair<string, IReadOnlyList<DataFile>>> splits = [];
        foreach ((string split, string[] words) in SplitWords)
        {
            string[] matching = [.. files.Where(file => NameWords().Split(Path.GetRelativePath(path, file).ToLowerInvariant()).Any(words.Contains))];
            if (matching.Length > 0)
            {
                splits.Add(Split(split, matching));
            }
        }

        if (splits.Count == 0)
        {
            return [Split(Train, files)];
        }

        string? unmatched = files.FirstOrDefault(file => !splits.Any(split => split.Value.Any(data => data.Path == file)));
        return unmatched is null
            ? splits
            : throw new DatasetException(
                $"the folder '{path}' has files for {string.Join(", ", splits.Select(split => split.Key))}, and '{Path.GetRelativePath(path, unmatched)}', which names no split; rename it, or name the files of each split in DataFiles.");
    }

    private static KeyValuePair<string, IReadOnlyList<DataFile>> Split(string name, IEnumerable<string> files) =>
        KeyValuePair.Create<string, IReadOnlyList<DataFile>>(name, [.. files.SelectMany(DataFile.Expand)]);

    private static string[] DataFiles(string folder) =>
        [.. Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
            .Where(file => !Path.GetRelativePath(folder, file).Split(Path.DirectorySeparatorChar).Any(part => part.StartsWith('.') || part.StartsWith("__", StringComparison.Ordinal)))
            .Where(file => FileFormat.ByName(file) is not null || file.EndsWith(".zip", StringComparison.OrdinalIgnoreCase))
            .Order(StringComparer.Ordinal)];

    private static string[] Match(string folder, string pattern)
    {
        string full = Path.Combine(Directory.Exists(folder) ? folder : "", pattern);
        if (!pattern.AsSpan().ContainsAny('*', '?'))
        {
            return [full];
        }

        string parent = Path.GetDirectoryName(full) is { Length: > 0 } directory ? directory : ".";
        string[] found = Directory.Exists(parent) ? [.. Directory.EnumerateFiles(parent, Path.GetFileName(full)).Order(StringComparer.Ordinal)] : [];
        return found.Length > 0 ? found : throw new FileNotFoundException($"No file matches '{full}'.", full);
    }

    /// <summary>Names are cut into words at everything that is no letter: <c>my_train_file</c> holds train, <c>latest</c> does not hold test.</summary>
    [GeneratedRegex("[^a-z]+")]
    private static partial Regex NameWords();
}
