using Akin.Datasets.Columns;

namespace Akin.Datasets;

/// <content>Computing new columns.</content>
public sealed partial class Dataset
{
    /// <summary>
    /// Computes columns for every row; they are added to the row's, or replace those with the same name. Large results are kept in a file that is mapped into memory.
    /// </summary>
    /// <param name="function">Gives the new values of a row: <c>row => new() { ["length"] = row.Get&lt;string&gt;("text").Length }</c>.</param>
    /// <param name="options">Threads, types, cache; null for the defaults.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <exception cref="DatasetException">A value does not fit its column; the message names the row.</exception>
    public Dataset Map(Func<DatasetRow, RowValues> function, MapOptions? options = null, CancellationToken cancellationToken = default) =>
        Run(batch => CollectRows(batch, function), function.Method, options ?? new MapOptions(), cancellationToken);

    /// <summary>
    /// Computes columns for some rows at a time. When all columns of the input are removed, the result may have more or fewer rows than the input.
    /// </summary>
    /// <param name="function">Gives the new columns of a batch: <c>batch => new() { ["ids"] = Tokenize(batch.Column&lt;string&gt;("text")) }</c>.</param>
    /// <param name="options">Batch size, threads, types, cache; null for the defaults.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <exception cref="DatasetException">A value does not fit its column, or the columns differ in length; the message names the row.</exception>
    public Dataset MapBatches(Func<DatasetBatch, ColumnValues> function, MapOptions? options = null, CancellationToken cancellationToken = default) =>
        Run(function, function.Method, options ?? new MapOptions(), cancellationToken);

    private static ColumnValues CollectRows(DatasetBatch batch, Func<DatasetRow, RowValues> function)
    {
        Dictionary<string, object?[]> columns = new(StringComparer.Ordinal);
        ColumnValues result = [];
        for (int index = 0; index < batch.Count; index++)
        {
            foreach ((string name, object? value) in function(batch[index]))
            {
                if (!columns.TryGetValue(name, out object?[]? values))
                {
                    columns[name] = values = new object?[batch.Count];
                    result[name] = values;
                }

                values[index] = value;
            }
        }

        return result;
    }

    private Dataset Run(Func<DatasetBatch, ColumnValues> function, System.Reflection.MethodInfo method, MapOptions options, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(options.BatchSize);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(options.WorkerCount);
        string[] kept = [.. ColumnNames.Except(options.RemoveColumns)];
        foreach (string name in options.RemoveColumns)
        {
            Features.IndexOf(name);
        }

        string fingerprint = options.CacheKey is null
            ? Fingerprints.Unique()
            : Fingerprints.Of(
                Fingerprint,
                "map",
                options.CacheKey,
                $"{method.Module.ModuleVersionId} {method.MetadataToken} {options.BatchSize} {options.Features}",
                string.Join('\n', options.RemoveColumns));

        BatchMap map = new(this, function, kept, options);
        Table table = map.Run(fingerprint, cancellationToken);
        return new Dataset(table, fingerprint);
    }
}
