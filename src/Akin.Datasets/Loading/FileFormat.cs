using Akin.Datasets.Columns;

namespace Akin.Datasets.Loading;

/// <summary>Reads one format: first the types, from the whole file, then the rows.</summary>
internal abstract class FileFormat
{
    public static FileFormat Of(DatasetFormat format) => format switch
    {
        DatasetFormat.Csv => new DelimitedFormat(),
        DatasetFormat.Json => new JsonFormat(),
        DatasetFormat.Text => new LinesFormat(),
        DatasetFormat.Arrow => new ArrowFormat(),
        DatasetFormat.Parquet => new ParquetFormat(),
        _ => throw new DatasetException($"{format} is not a format that reads files."),
    };

    /// <summary>The format a file's name tells, or null.</summary>
    public static DatasetFormat? ByName(string name) => InputFile.FormatExtension(name) switch
    {
        ".csv" or ".tsv" => DatasetFormat.Csv,
        ".json" or ".jsonl" or ".ndjson" => DatasetFormat.Json,
        ".txt" => DatasetFormat.Text,
        ".parquet" => DatasetFormat.Parquet,
        ".arrow" or ".arrows" or ".feather" => DatasetFormat.Arrow,
        _ => null,
    };

    /// <summary>The columns of a file.</summary>
    public abstract Features Infer(DataFile file, LoadDatasetOptions options, CancellationToken cancellationToken);

    /// <summary>The rows of a file as columns of these types; a column the file lacks is null.</summary>
    public abstract IEnumerable<RecordBatch> Read(DataFile file, Features features, LoadDatasetOptions options, CancellationToken cancellationToken);
}
