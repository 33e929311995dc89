using System.Collections;
using System.Globalization;

namespace Akin.Datasets.Collators;

/// <summary>Takes the values of examples for tokens and labels.</summary>
internal static class ExampleReader
{
    public const string InputIds = "input_ids";
    public const string AttentionMask = "attention_mask";
    public const string TokenTypeIds = "token_type_ids";
    public const string SpecialTokensMask = "special_tokens_mask";
    public const string OffsetMapping = "offset_mapping";
    public const string Labels = "labels";
    public const long IgnoredLabel = -100;

    private static readonly string[] LabelNames = ["label", "label_ids"];

    /// <summary>The integers of a column of every example.</summary>
    public static long[][] Sequences(IReadOnlyList<IReadOnlyDictionary<string, object?>> features, string column)
    {
        long[][] sequences = new long[features.Count][];
        for (int row = 0; row < sequences.Length; row++)
        {
            object? value = features[row].GetValueOrDefault(column);
            sequences[row] = value is IEnumerable items and not string
                ? Integers(items, row, column)
                : throw new DatasetException($"example {row}: column '{column}' must be a list of integers; found {Describe(value)}.");
        }

        return sequences;
    }

    public static long[] Integers(IEnumerable items, int row, string column)
    {
        switch (items)
        {
            case long[] same:
                return same;
            case int[] integers:
                return Array.ConvertAll(integers, integer => (long)integer);
        }

        List<long> converted = [];
        foreach (object? item in items)
        {
            converted.Add(IsInteger(item)
                ? Convert.ToInt64(item, CultureInfo.InvariantCulture)
                : throw new DatasetException($"example {row}: column '{column}' must hold integers; found {Describe(item)} at place {converted.Count}."));
        }

        return [.. converted];
    }

    /// <summary>
    /// The labels, under the name <c>labels</c> wherever they come from, and every other column that is numbers; what is text is left out. Integers stay integers.
    /// </summary>
    public static void AddTensors(CollatedBatch batch, IReadOnlyList<IReadOnlyDictionary<string, object?>> features, IEnumerable<string> columns)
    {
        foreach (string column in columns)
        {
            object? first = features[0].GetValueOrDefault(column);
            if (first is null or string)
            {
                continue;
            }

            string name = LabelNames.Contains(column) ? Labels : column;
            batch[name] = Stack(features, column);
        }
    }

    public static CollatedTensor Stack(IReadOnlyList<IReadOnlyDictionary<string, object?>> features, string column)
    {
        List<object?> values = [];
        int? width = null;
        for (int row = 0; row < features.Count; row++)
        {
            object? value = features[row].GetValueOrDefault(column);
            int before = values.Count;
            if (value is IEnumerable items and not string)
            {
                values.AddRange(items.Cast<object?>());
                width ??= values.Count;
                if (values.Count - before != width)
                {
                    throw new DatasetException($"example {row}: column '{column}' holds {values.Count - before} values, that of example 0 {width}; pad them, or use a collator that does.");
                }
            }
            else
            {
                values.Add(value);
            }
        }

        int[] shape = width is null ? [features.Count] : [features.Count, width.Value];
        int wrong = values.FindIndex(value => !IsNumber(value));
        if (wrong >= 0)
        {
            throw new DatasetException($"example {wrong / (width ?? 1)}: column '{column}' must hold numbers; found {Describe(values[wrong])}.");
        }

        return values.TrueForAll(IsInteger)
            ? new CollatedTensor(shape, [.. values.Select(value => Convert.ToInt64(value, CultureInfo.InvariantCulture))])
            : new CollatedTensor(shape, [.. values.Select(value => Convert.ToSingle(value, CultureInfo.InvariantCulture))]);
    }

    private static bool IsInteger(object? value) => value is long or int or short or sbyte or byte or ushort or uint or bool;

    private static bool IsNumber(object? value) => IsInteger(value) || value is float or double;

    private static string Describe(object? value) => value switch
    {
        null => "nothing",
        string text => $"the text '{text}'",
        _ => $"{value} ({value.GetType().Name})",
    };
}
