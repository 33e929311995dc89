using System.Collections;
using System.Diagnostics.CodeAnalysis;
using Akin.Datasets.Columns;
using Akin.Datasets.Loading;
using Akin.Datasets.Sampling;

namespace Akin.Datasets;

/// <summary>
/// A data set that is read from its files each time it is walked through, a batch at a time: it has no length and no row numbers, and it may be of any size.
/// What filters, changes or shuffles rows happens while walking. Safe to walk from several threads at once.
/// </summary>
[SuppressMessage("Naming", "CA1710", Justification = "The name Python's datasets gives it.")]
public sealed class IterableDataset : IEnumerable<DatasetRow>
{
    private const int MapBatchSize = 100;

    private readonly Func<IEnumerable<DatasetRow>> _rows;

    private IterableDataset(Features? features, Func<IEnumerable<DatasetRow>> rows)
    {
        Features = features;
        _rows = rows;
    }

    /// <summary>The columns, or null behind a <see cref="Map"/>, whose columns only walking tells.</summary>
    public Features? Features { get; }

    /// <summary>Files as a stream. Types that are not given are told by reading all files once.</summary>
    /// <param name="path">A file or a folder, see <see cref="DatasetDict.LoadDataset"/>.</param>
    /// <param name="options">Format, types, encoding; null for the defaults.</param>
    /// <param name="split">Name of the split; null when there is one.</param>
    /// <exception cref="DatasetException">There is no such split, or there are several and none is named.</exception>
    public static IterableDataset LoadDataset(string path, LoadDatasetOptions? options = null, string? split = null)
    {
        options ??= new LoadDatasetOptions();
        options = Directory.Exists(path) ? FolderCard.Apply(path, options) : options;
        IReadOnlyList<KeyValuePair<string, IReadOnlyList<DataFile>>> splits = SplitFiles.Find(path, options);
        int place = split is null && splits.Count == 1 ? 0 : splits.ToList().FindIndex(known => known.Key == split);
        if (place < 0)
        {
            throw new DatasetException($"'{path}' holds the splits {string.Join(", ", splits.Select(known => known.Key))}; name one of them.");
        }

        IReadOnlyList<DataFile> files = splits[place].Value;
        FileFormat format = FileFormat.Of(TableLoader.FormatOf(files, options));
        Features features = options.Features ?? TableLoader.JoinFeatures(format, files, options, CancellationToken.None);
        return new IterableDataset(features, () => Rows(files.SelectMany(file => format.Read(file, features, options, CancellationToken.None))));
    }

    /// <summary>The rows for which the function says yes.</summary>
    /// <param name="keep">Looks at a row.</param>
    public IterableDataset Filter(Func<DatasetRow, bool> keep) => new(Features, () => _rows().Where(keep));

    /// <summary>The first rows.</summary>
    /// <param name="count">How many; all when there are fewer.</param>
    public IterableDataset Take(int count) => new(Features, () => _rows().Take(count));

    /// <summary>All rows but the first.</summary>
    /// <param name="count">How many to leave out.</param>
    public IterableDataset Skip(int count) => new(Features, () => _rows().Skip(count));

    /// <summary>Computes columns for every row, see <see cref="Dataset.Map"/>; the first rows tell their types.</summary>
    /// <param name="function">Gives the new values of a row.</param>
    /// <param name="removeColumns">Columns of the input that the result does not keep.</param>
    public IterableDataset Map(Func<DatasetRow, RowValues> function, params IReadOnlyList<string> removeColumns) => new(null, () => Mapped(function, removeColumns));

    /// <summary>The rows in an order that a buffer makes random: a row is drawn from the buffer, and the next one of the stream takes its place.</summary>
    /// <param name="seed">The same seed gives the same order.</param>
    /// <param name="bufferSize">Rows in the buffer; default 1000.</param>
    public IterableDataset Shuffle(ulong seed, int bufferSize = 1000)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(bufferSize);
        return new IterableDataset(Features, () => Shuffled(seed, bufferSize));
    }

    /// <summary>All rows, read into a data set.</summary>
    /// <param name="cacheFolder">Where a set too large for memory is kept; default <see cref="DatasetCache.DefaultFolder"/>.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    public Dataset ToDataset(string? cacheFolder = null, CancellationToken cancellationToken = default)
    {
        BatchBuilder? builder = null;
        TableSink? sink = null;
        try
        {
            foreach (DatasetRow row in this)
            {
                cancellationToken.ThrowIfCancellationRequested();
                builder ??= new BatchBuilder(row.Features);
                sink ??= new TableSink(row.Features, cacheFolder);
                builder.Add(row, () => "a row of the stream");
                if (builder.IsFull)
                {
                    sink.Add(builder.Take());
                }
            }

            if (builder is null || sink is null)
            {
                return new Dataset(new Table(Features ?? Features.None, []), Fingerprints.Unique());
            }

            sink.Add(builder.Take());
            return new Dataset(sink.Complete(), Fingerprints.Unique());
        }
        finally
        {
            sink?.Dispose();
        }
    }

    /// <inheritdoc/>
    public IEnumerator<DatasetRow> GetEnumerator() => _rows().GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private static IEnumerable<DatasetRow> Rows(IEnumerable<RecordBatch> batches)
    {
        int index = 0;
        foreach (RecordBatch batch in batches)
        {
            for (int place = 0; place < batch.Length; place++)
            {
                yield return new DatasetRow(batch, place, index++);
            }
        }
    }

    private IEnumerable<DatasetRow> Mapped(Func<DatasetRow, RowValues> function, IReadOnlyList<string> removeColumns)
    {
        Features? types = null;
        int first = 0;
        foreach (DatasetRow[] rows in _rows().Chunk(MapBatchSize))
        {
            ColumnValues columns = [];
            HashSet<string> computed = [];
            for (int row = 0; row < rows.Length; row++)
            {
                RowValues all = [];
                foreach ((string name, object? value) in rows[row].Where(entry => !removeColumns.Contains(entry.Key)))
                {
                    all[name] = value;
                }

                foreach ((string name, object? value) in function(rows[row]))
                {
                    all[name] = value;
                    computed.Add(name);
                }

                foreach ((string name, object? value) in all)
                {
                    object?[] values = (object?[])(columns.TryGetValue(name, out IEnumerable? known) ? known : columns[name] = new object?[rows.Length]);
                    values[row] = value;
                }
            }

            // Columns that are kept have their types; the first rows tell those of the others.
            types ??= new Features(rows[0].Features.Where(entry => columns.ContainsKey(entry.Key) && !computed.Contains(entry.Key)));
            RecordBatch batch = ColumnBatch.Build(columns, types, first);
            types = batch.Features;
            for (int row = 0; row < rows.Length; row++)
            {
                yield return new DatasetRow(batch, row, first + row);
            }

            first += rows.Length;
        }
    }

    private IEnumerable<DatasetRow> Shuffled(ulong seed, int bufferSize)
    {
        CounterRandom random = new(seed, 0);
        ulong drawn = 0;
        List<DatasetRow> buffer = new(bufferSize);
        foreach (DatasetRow row in _rows())
        {
            if (buffer.Count < bufferSize)
            {
                buffer.Add(row);
                continue;
            }

            int place = random.Below(drawn++, bufferSize);
            yield return buffer[place];
            buffer[place] = row;
        }

        for (int place = buffer.Count - 1; place > 0; place--)
        {
            int other = random.Below(drawn++, place + 1);
            (buffer[place], buffer[other]) = (buffer[other], buffer[place]);
        }

        foreach (DatasetRow row in buffer)
        {
            yield return row;
        }
    }
}
