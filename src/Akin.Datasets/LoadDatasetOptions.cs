namespace Akin.Datasets;

/// <summary>How files become a data set.</summary>
public sealed record LoadDatasetOptions
{
    /// <summary>The format; by default told by the files' names.</summary>
    public DatasetFormat Format { get; init; }

    /// <summary>Types of the columns; null to tell them from all values. Cells that do not fit their type are errors with file and line.</summary>
    public Features? Features { get; init; }

    /// <summary>Encoding of text files, see <see cref="TextEncodings.Get"/>; null for UTF-8. A byte-order mark tells UTF-8 and UTF-16 without being asked.</summary>
    public string? Encoding { get; init; }

    /// <summary>Whether bytes that are not text become U+FFFD instead of an error.</summary>
    public bool ReplaceInvalidText { get; init; }

    /// <summary>How .csv and .tsv files are cut.</summary>
    public DelimitedOptions Delimited { get; init; } = new();

    /// <summary>The field of a JSON object that holds the rows, for example <c>data</c>; null when the file holds rows itself.</summary>
    public string? JsonField { get; init; }

    /// <summary>What a row of a text file is.</summary>
    public TextSampling TextSampling { get; init; }

    /// <summary>Whether rows of a text file keep their line ends, as LF.</summary>
    public bool KeepLineBreaks { get; init; }

    /// <summary>The files of each split, as paths or patterns with <c>*</c>, relative to the folder; null to tell splits from names.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>>? DataFiles { get; init; }

    /// <summary>Name of the configuration in a folder's README.md that has several; null for the default one.</summary>
    public string? ConfigurationName { get; init; }

    /// <summary>Where sets too large for memory are kept; default <see cref="DatasetCache.DefaultFolder"/>.</summary>
    public string? CacheFolder { get; init; }
}
