namespace Akin.Datasets;

/// <content>Reading a data set from files.</content>
public sealed partial class Dataset
{
    /// <summary>Reads a file, or one split of a folder, see <see cref="DatasetDict.LoadDataset"/>.</summary>
    /// <param name="path">A file (<c>-</c> for standard input), or a folder.</param>
    /// <param name="options">Format, types, encoding; null for the defaults.</param>
    /// <param name="split">The split and the part of it: <c>train</c>, <c>test[:100]</c>, <c>train[10%:20%]</c>, <c>train[:3]+train[-3:]</c>, <c>all</c>; null when there is one split.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <exception cref="FileNotFoundException">There is no such file or folder.</exception>
    /// <exception cref="DataFormatException">A file cannot be read; the message names file and line.</exception>
    /// <exception cref="DatasetException">There is no such split, or there are several and none is named.</exception>
    public static Dataset LoadDataset(string path, LoadDatasetOptions? options = null, string? split = null, CancellationToken cancellationToken = default)
    {
        DatasetDict splits = DatasetDict.LoadDataset(path, options, cancellationToken);
        return split is not null ? SplitExpression.Parse(split).Apply(splits)
            : splits.Count == 1 ? splits.Values.First()
            : throw new DatasetException($"'{path}' holds the splits {string.Join(", ", splits.Keys)}; name one.");
    }
}
