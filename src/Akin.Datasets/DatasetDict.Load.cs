using Akin.Datasets.Loading;

namespace Akin.Datasets;

/// <content>Reading data sets from files.</content>
public sealed partial class DatasetDict
{
    /// <summary>
    /// Reads a file or a folder. In a folder, splits are told from words in the names of files and folders (train, training; validation, valid, val, dev; test, testing, eval, evaluation);
    /// without any such word everything is <c>train</c>. A folder of <see cref="SaveToDisk"/> is read as it is.
    /// </summary>
    /// <param name="path">A file (<c>-</c> for standard input), or a folder whose files have one format.</param>
    /// <param name="options">Formats, types, encoding; null for the defaults.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <exception cref="FileNotFoundException">There is no such file or folder.</exception>
    /// <exception cref="DataFormatException">A file cannot be read; the message names file and line.</exception>
    /// <exception cref="DatasetException">The folder holds no data files, or files of several formats.</exception>
    public static DatasetDict LoadDataset(string path, LoadDatasetOptions? options = null, CancellationToken cancellationToken = default)
    {
        options ??= new LoadDatasetOptions();
        if (SavedFolder.IsDatasetDict(path))
        {
            return LoadFromDisk(path);
        }

        if (SavedFolder.IsDataset(path))
        {
            return new DatasetDict(KeyValuePair.Create("train", SavedFolder.Read(path)));
        }

        if (Directory.Exists(path))
        {
            options = FolderCard.Apply(path, options);
        }

        IReadOnlyList<KeyValuePair<string, IReadOnlyList<DataFile>>> splits = SplitFiles.Find(path, options);
        options = options with { Format = TableLoader.FormatOf([.. splits.SelectMany(split => split.Value)], options) };
        return new(splits.Select(split =>
            KeyValuePair.Create(split.Key, TableLoader.Load(split.Value, options, cancellationToken))));
    }
}
