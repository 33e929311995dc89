using Akin.Datasets.Columns;
using Akin.Datasets.Loading;

namespace Akin.Datasets;

/// <content>Keeping data sets on disk, in the layout of Python's <c>save_to_disk</c>.</content>
public sealed partial class Dataset
{
    /// <summary>Writes the rows in their order to a folder that Python's <c>load_from_disk</c> reads.</summary>
    /// <param name="folder">The folder; it is made when it is missing.</param>
    /// <param name="shardCount">Files the rows are divided into.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    public void SaveToDisk(string folder, int shardCount = 1, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(shardCount);
        SavedFolder.Write(this, folder, split: null, shardCount, cancellationToken);
    }

    /// <summary>Reads a folder written by <see cref="SaveToDisk"/> or by Python's <c>Dataset.save_to_disk</c>; the values stay in the files.</summary>
    /// <param name="folder">The folder.</param>
    /// <exception cref="DataFormatException">It is no such folder, or a file in it is damaged.</exception>
    public static Dataset LoadFromDisk(string folder) => SavedFolder.Read(folder);

    /// <summary>Rows [start, start + count) copied into a batch of their own.</summary>
    internal RecordBatch Gather(int start, int count) =>
        new(Features, [.. Enumerable.Range(0, Features.Count).Select(place => Gather(place, start, count))], count);

    /// <summary>The same of one column.</summary>
    internal ColumnData Gather(int place, int start, int count)
    {
        ColumnBuilder builder = ColumnBuilder.Create(Features.At(place).Value);
        for (int row = start; row < start + count; row++)
        {
            builder.Append(Read<object?>(place, row));
        }

        return builder.Take();
    }
}
