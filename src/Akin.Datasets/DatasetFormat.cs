namespace Akin.Datasets;

/// <summary>The file formats data sets are read from.</summary>
public enum DatasetFormat
{
    /// <summary>By the files' names: .csv, .tsv, .json, .jsonl, .ndjson, .txt, .parquet, .arrow, .arrows, .feather; text formats also with .gz, or in a .zip.</summary>
    ByExtension,

    /// <summary>Comma- or tab-separated values.</summary>
    Csv,

    /// <summary>JSON objects one after the other, an array of objects, or one object.</summary>
    Json,

    /// <summary>Plain text: a row per line, in the column <c>text</c>.</summary>
    Text,

    /// <summary>Apache Parquet.</summary>
    Parquet,

    /// <summary>Apache Arrow IPC: stream, file or Feather version 2.</summary>
    Arrow,
}
