namespace Akin.Datasets.Loading;

/// <summary>What the front matter of a folder's README.md says about its data: files of each split, reader options and types.</summary>
internal static class FolderCard
{
    /// <summary>The options with what the card adds; what the caller asked for stays.</summary>
    public static LoadDatasetOptions Apply(string folder, LoadDatasetOptions options)
    {
        string file = Path.Combine(folder, "README.md");
        if (!File.Exists(file) || new FileInfo(file).Length == 0 || FrontMatter.Read(file) is not { } card)
        {
            return options.ConfigurationName is null
                ? options
                : throw new DatasetException($"'{folder}' has no README.md with configurations; '{options.ConfigurationName}' is not known.");
        }

        Dictionary<string, object>[] configurations = [.. List(card.GetValueOrDefault("configs")).OfType<Dictionary<string, object>>()];
        Dictionary<string, object>? chosen = Choose(folder, configurations, options);
        if (chosen is not null)
        {
            options = options with
            {
                DataFiles = options.DataFiles ?? DataFiles(chosen.GetValueOrDefault("data_files")),
                Delimited = chosen.GetValueOrDefault("sep") is string { Length: 1 } separator && options.Delimited.Delimiter is null
                    ? options.Delimited with { Delimiter = separator[0] }
                    : options.Delimited,
                Encoding = options.Encoding ?? chosen.GetValueOrDefault("encoding") as string,
                JsonField = options.JsonField ?? chosen.GetValueOrDefault("field") as string,
            };
        }

        return options with { Features = options.Features ?? Types(card.GetValueOrDefault("dataset_info"), options.ConfigurationName) };
    }

    private static Dictionary<string, object>? Choose(string folder, Dictionary<string, object>[] configurations, LoadDatasetOptions options)
    {
        string? asked = options.ConfigurationName;
        Dictionary<string, object>? chosen = asked is not null
            ? Array.Find(configurations, configuration => NameOf(configuration) == asked)
            : Array.Find(configurations, configuration => configuration.GetValueOrDefault("default") is "true")
                ?? Array.Find(configurations, configuration => NameOf(configuration) == "default")
                ?? (configurations.Length == 1 ? configurations[0] : null);
        return chosen is null && configurations.Length > 0 && options.DataFiles is null
            ? throw new DatasetException($"'{folder}' has the configurations {string.Join(", ", configurations.Select(NameOf))}; name one of them{(asked is null ? "" : $", not '{asked}'")}.")
            : chosen;
    }

    private static string NameOf(Dictionary<string, object> configuration) => configuration.GetValueOrDefault("config_name") as string ?? "default";

    private static Dictionary<string, IReadOnlyList<string>>? DataFiles(object? node)
    {
        switch (node)
        {
            case null:
                return null;
            case Dictionary<string, object> bySplit:
                return bySplit.ToDictionary(split => split.Key, split => Paths(split.Value));
            case List<object> entries when entries.TrueForAll(entry => entry is Dictionary<string, object>):
                return entries.Cast<Dictionary<string, object>>().ToDictionary(
                    entry => entry.GetValueOrDefault("split") as string ?? "train",
                    entry => Paths(entry.GetValueOrDefault("path")));
            default:
                return new() { ["train"] = Paths(node) };
        }
    }

    private static IReadOnlyList<string> Paths(object? node) => [.. List(node).OfType<string>()];

    private static List<object> List(object? node) => node as List<object> ?? (node is null ? [] : [node]);

    /// <summary>The types of a list of columns; null when one is written in a way not understood here, so that values tell them.</summary>
    private static Features? Types(object? node, string? configuration)
    {
        Dictionary<string, object>? info = node as Dictionary<string, object>
            ?? List(node).OfType<Dictionary<string, object>>().FirstOrDefault(entry => configuration is null || NameOf(entry) == configuration);
        if (info is null || !info.TryGetValue("features", out object? columns))
        {
            return null;
        }

        List<KeyValuePair<string, Feature>> features = [];
        foreach (Dictionary<string, object> column in List(columns).OfType<Dictionary<string, object>>())
        {
            if (column.GetValueOrDefault("name") is not string name || Type(column) is not { } type)
            {
                return null;
            }

            features.Add(KeyValuePair.Create(name, type));
        }

        return new Features(features);
    }

    private static Feature? Type(Dictionary<string, object> column)
    {
        if (column.GetValueOrDefault("dtype") is string name)
        {
            return Value.Parse(name);
        }

        if ((column.GetValueOrDefault("list") ?? column.GetValueOrDefault("sequence")) is { } items)
        {
            return items is string item ? new ListFeature(Value.Parse(item)) : null;
        }

        return column.GetValueOrDefault("dtype") is Dictionary<string, object> dtype
            && dtype.GetValueOrDefault("class_label") is Dictionary<string, object> label
            && label.GetValueOrDefault("names") is Dictionary<string, object> names
                ? new ClassLabel(names.OrderBy(entry => int.Parse(entry.Key, System.Globalization.CultureInfo.InvariantCulture)).Select(entry => (string)entry.Value))
                : null;
    }
}
