using Akin.Training.Losses.CrossEncoders;

namespace Akin.Training.FineTuning;

/// <summary>Which columns of a file are queries, documents and labels.</summary>
internal sealed class CrossEncoderColumns
{
    private static readonly string[] Queries = ["sentence1", "query", "question", "anchor"];
    private static readonly string[] Documents = ["sentence2", "document", "documents", "passage", "answer", "positive"];
    private static readonly string[] Labels = ["label", "labels", "score", "scores"];

    private readonly CrossEncoderTrainingOptions _options;
    private readonly string[] _texts;
    private readonly string? _label;

    private CrossEncoderColumns(CrossEncoderTrainingOptions options, string[] texts, string? label) => (_options, _texts, _label) = (options, texts, label);

    /// <summary>Finds the columns that the options name, or those that have the usual names.</summary>
    /// <exception cref="Datasets.DataFormatException">There is none for the query or for the documents, or several.</exception>
    public static CrossEncoderColumns Find(CrossEncoderTrainingOptions options, ExampleRow row)
    {
        bool wantsLabels = options.Loss.Labels != CrossEncoderLabels.None;
        string? label = options.LabelColumn ?? (wantsLabels ? Only(row, Labels, "the label") : row.Columns.FirstOrDefault(column => Labels.Contains(column)));
        string[] texts = options.Columns.Count > 0
            ? [.. options.Columns]
            : [Only(row, Queries, "the query"), Only(row, Documents, "the documents"), .. row.Columns.Where(column => column.StartsWith("negative", StringComparison.Ordinal))];
        return new CrossEncoderColumns(options, texts, label);
    }

    /// <summary>Makes an example of a row.</summary>
    /// <exception cref="Datasets.DataFormatException">A column is missing, holds no text, or a label that is not a number or not what the loss wants.</exception>
    public CrossEncoderExample Read(ExampleRow row)
    {
        CrossEncoderExample example = new(
            row.Text(_texts[0]),
            [.. _texts[1..].SelectMany(row.Texts)],
            _label is null ? [] : [.. row.Numbers(_label).Select(label => label / _options.HighestScore)]);
        try
        {
            _options.Loss.Require([example]);
            return example;
        }
        catch (Losses.LossInputException error)
        {
            throw row.Error(error.Message);
        }
    }

    private static string Only(ExampleRow row, string[] names, string what) => row.Columns.Where(column => names.Contains(column)).ToArray() switch
    {
        [string column] => column,
        string[] found => throw row.Error(
            $"{(found.Length == 0 ? "no column" : $"more than one column ({string.Join(", ", found)})")} for {what}: name one of {string.Join(", ", names.Select(name => $"'{name}'"))}, or say which it is; there are {string.Join(", ", row.Columns.Select(name => $"'{name}'"))}."),
    };
}
