using Akin.Datasets.Columns;

namespace Akin.Datasets.Loading;

/// <summary>Reads the files of one split into one table.</summary>
internal static class TableLoader
{
    public static Dataset Load(IReadOnlyList<DataFile> files, LoadDatasetOptions options, CancellationToken cancellationToken)
    {
        FileFormat format = FileFormat.Of(FormatOf(files, options));
        if (files is [{ Path: InputFile.StandardInput }])
        {
            DataFile copy = DataFile.CopyStandardInput(options.CacheFolder ?? DatasetCache.DefaultFolder);
            try
            {
                return Load([copy], options, cancellationToken);
            }
            finally
            {
                File.Delete(copy.Path);
            }
        }

        Features features = options.Features ?? JoinFeatures(format, files, options, cancellationToken);
        using TableSink sink = new(features, options.CacheFolder);
        foreach (DataFile file in files)
        {
            foreach (RecordBatch batch in format.Read(file, features, options, cancellationToken))
            {
                sink.Add(batch);
            }
        }

        return new Dataset(sink.Complete(), Fingerprint(files, options, features));
    }

    public static Features JoinFeatures(FileFormat format, IReadOnlyList<DataFile> files, LoadDatasetOptions options, CancellationToken cancellationToken)
    {
        Features? features = null;
        foreach (DataFile file in files)
        {
            Features found = format.Infer(file, options, cancellationToken);
            if (features is null)
            {
                features = found;
                continue;
            }

            features = FeatureInference.TryJoin(new StructFeature(features), new StructFeature(found)) is StructFeature joined && SameNames(features, found)
                ? joined.Fields
                : throw new DataFormatException(file.Name, 0, $"its columns ({found}) differ from those of the files before ({features}).");
        }

        return features!;
    }

    public static DatasetFormat FormatOf(IReadOnlyList<DataFile> files, LoadDatasetOptions options)
    {
        if (options.Format != DatasetFormat.ByExtension)
        {
            return options.Format;
        }

        DatasetFormat? format = null;
        foreach (DataFile file in files)
        {
            DatasetFormat found = FileFormat.ByName(file.FormatName) ?? throw new DatasetException(
                $"'{file.Name}': the extension '{InputFile.FormatExtension(file.FormatName)}' tells no format; known are .csv, .tsv, .json, .jsonl, .txt, .parquet and .arrow, or name the format.");
            format ??= found;
            if (found != format)
            {
                throw new DatasetException($"'{files[0].Name}' is {format}, '{file.Name}' is {found}; all files of a data set have one format.");
            }
        }

        return format!.Value;
    }

    /// <summary>JSON objects may lack fields, other formats have the same columns in every file.</summary>
    private static bool SameNames(Features left, Features right) => left.Count == right.Count && left.Keys.All(right.ContainsKey);

    private static string Fingerprint(IReadOnlyList<DataFile> files, LoadDatasetOptions options, Features features)
    {
        List<string> parts = [features.ToString(), options.ToString()];
        foreach (DataFile file in files)
        {
            FileInfo info = new(file.Path);
            parts.Add(file.IsStandardInput ? Fingerprints.Unique() : $"{info.FullName}/{file.ZipEntry} {info.Length} {info.LastWriteTimeUtc.Ticks}");
        }

        return Fingerprints.Of("", "load", [.. parts]);
    }
}
