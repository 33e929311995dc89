namespace Akin.Datasets;

/// <summary>The formats texts are read from.</summary>
public enum TextFormat
{
    /// <summary>By the file's name: .txt, .jsonl, .ndjson, .csv or .tsv, each also with .gz; standard input is <see cref="Text"/>.</summary>
    ByExtension,

    /// <summary>A text a line.</summary>
    Text,

    /// <summary>A JSON object a line.</summary>
    JsonLines,

    /// <summary>Comma-separated values with a header.</summary>
    Csv,

    /// <summary>Tab-separated values with a header.</summary>
    Tsv,
}
