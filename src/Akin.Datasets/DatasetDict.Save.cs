using Akin.Datasets.Loading;

namespace Akin.Datasets;

/// <content>Keeping splits on disk, in the layout of Python's <c>save_to_disk</c>.</content>
public sealed partial class DatasetDict
{
    /// <summary>Writes every split to a folder inside <paramref name="folder"/>, which Python's <c>load_from_disk</c> reads.</summary>
    /// <param name="folder">The folder; it is made when it is missing.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    public void SaveToDisk(string folder, CancellationToken cancellationToken = default)
    {
        foreach ((string name, Dataset dataset) in this)
        {
            SavedFolder.Write(dataset, Path.Combine(folder, name), name, shardCount: 1, cancellationToken);
        }

        SavedFolder.WriteSplits(folder, Keys);
    }

    /// <summary>Reads a folder written by <see cref="SaveToDisk"/> or by Python's <c>DatasetDict.save_to_disk</c>; the values stay in the files.</summary>
    /// <param name="folder">The folder.</param>
    /// <exception cref="DataFormatException">It is no such folder, or a file in it is damaged.</exception>
    public static DatasetDict LoadFromDisk(string folder) =>
        new(SavedFolder.ReadSplits(folder).Select(name => KeyValuePair.Create(name, SavedFolder.Read(Path.Combine(folder, name)))));
}
