namespace Akin.Training.FineTuning;

/// <summary>Where a row has a text and what is to choose from. Immutable.</summary>
public sealed record ChoiceColumns
{
    /// <summary>The column of the text or the question. Default: <c>text</c>.</summary>
    public string Text { get; init; } = "text";

    /// <summary>The column of what every choice begins with, such as SWAG's <c>sent2</c>. Default: none.</summary>
    public string? Start { get; init; }

    /// <summary>The columns of the choices, or one column that holds a list of them (or texts between <c>|</c>). Default: <c>choices</c>.</summary>
    public IReadOnlyList<string> Choices { get; init; } = ["choices"];

    /// <summary>Reads a row.</summary>
    /// <param name="row">The row.</param>
    /// <returns>The text and its choices, at least two.</returns>
    /// <exception cref="Datasets.DataFormatException">A column is missing or holds no text, or there are fewer than two choices.</exception>
    public (string Text, IReadOnlyList<string> Choices) Read(ExampleRow row)
    {
        ArgumentNullException.ThrowIfNull(row);
        string start = Start is { } column ? row.Text(column) + " " : "";
        IReadOnlyList<string> ends = Choices is [string list] ? row.Texts(list, '|') : [.. Choices.Select(row.Text)];
        return ends.Count > 1
            ? (row.Text(Text), [.. ends.Select(end => start + end)])
            : throw row.Error($"there is {ends.Count} choice in {string.Join(", ", Choices)}: there must be 2 or more.");
    }
}
