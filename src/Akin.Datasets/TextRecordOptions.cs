namespace Akin.Datasets;

/// <summary>How records are found in a file.</summary>
public sealed record TextRecordOptions
{
    /// <summary>The format; by default told by the file's name.</summary>
    public TextFormat Format { get; init; }

    /// <summary>Name of the field or column that holds the text; default <c>text</c>.</summary>
    public string TextField { get; init; } = "text";

    /// <summary>What quotes mean in .csv and .tsv; by default literal in .tsv.</summary>
    public DelimitedQuoting Quoting { get; init; }
}
