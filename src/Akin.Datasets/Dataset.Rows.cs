using Akin.Datasets.Columns;
using Akin.Datasets.Sampling;

namespace Akin.Datasets;

/// <content>Choosing and ordering rows: the values stay where they are, only their places are kept.</content>
public sealed partial class Dataset
{
    /// <summary>The rows at these places, in this order; a row may be taken twice.</summary>
    /// <param name="rows">Places, from 0.</param>
    /// <exception cref="DatasetException">There is no such row.</exception>
    public Dataset Select(params IEnumerable<int> rows)
    {
        int[] chosen = [.. rows];
        for (int place = 0; place < chosen.Length; place++)
        {
            if ((uint)chosen[place] >= (uint)Count)
            {
                throw new DatasetException($"there is no row {chosen[place]}; the data set has {Count} rows, numbered from 0.");
            }
        }

        return Choose(chosen);
    }

    /// <summary>The rows [start, start + count), fewer where the set ends before.</summary>
    /// <param name="start">The first row, from 0.</param>
    /// <param name="count">How many.</param>
    public Dataset Slice(int start, int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(start);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        start = Math.Min(start, Count);
        return Choose([.. Enumerable.Range(start, Math.Min(count, Count - start))]);
    }

    /// <summary>The first rows.</summary>
    /// <param name="count">How many; all when there are fewer.</param>
    public Dataset Take(int count) => Slice(0, count);

    /// <summary>All rows but the first.</summary>
    /// <param name="count">How many to leave out.</param>
    public Dataset Skip(int count) => Slice(count, Count);

    /// <summary>The rows for which the function says yes.</summary>
    /// <param name="keep">Looks at a row.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    public Dataset Filter(Func<DatasetRow, bool> keep, CancellationToken cancellationToken = default)
    {
        List<int> kept = [];
        for (int index = 0; index < Count; index++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (keep(this[index]))
            {
                kept.Add(index);
            }
        }

        return Choose([.. kept]);
    }

    /// <summary>The rows in random order, the same as Python's <c>Dataset.shuffle(seed)</c> gives (numpy's PCG64).</summary>
    /// <param name="seed">The same seed gives the same order.</param>
    public Dataset Shuffle(ulong seed) => Choose(new NumpyGenerator(seed).Permutation(Count));

    /// <summary>The rows ordered by a column; rows that are equal keep their order, nulls come last in either direction, text goes by its UTF-8 bytes.</summary>
    /// <param name="column">Name of a column of numbers, booleans or text.</param>
    /// <param name="descending">Whether the largest comes first.</param>
    /// <exception cref="DatasetException">There is no such column, or its values have no order.</exception>
    public Dataset Sort(string column, bool descending = false) => Sort([new SortKey(column, descending)]);

    /// <summary>The rows ordered by several columns, the first one first, see <see cref="Sort(string, bool)"/>.</summary>
    /// <param name="keys">The columns.</param>
    /// <param name="nullsFirst">Whether nulls come first.</param>
    /// <exception cref="DatasetException">There is no such column, or its values have no order.</exception>
    public Dataset Sort(IReadOnlyList<SortKey> keys, bool nullsFirst = false)
    {
        // Sorting is stable, so sorting by the last column first orders by all.
        Dataset sorted = this;
        foreach (SortKey key in keys.Reverse())
        {
            sorted = sorted.Choose(RowOrder.Sort(sorted, Features.IndexOf(key.Column), key.Descending, nullsFirst));
        }

        return sorted;
    }

    /// <summary>One of several parts.</summary>
    /// <param name="count">How many parts there are.</param>
    /// <param name="index">Which part, from 0.</param>
    /// <param name="contiguous">Whether a part is a run of rows (the first parts are longer when they differ), or every <paramref name="count"/>-th row.</param>
    public Dataset Shard(int count, int index, bool contiguous = true)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count);
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, count);
        if (!contiguous)
        {
            return Choose([.. Enumerable.Range(0, (Count - index + count - 1) / count).Select(row => index + (row * count))]);
        }

        (int size, int longer) = Math.DivRem(Count, count);
        return Slice((index * size) + Math.Min(index, longer), size + (index < longer ? 1 : 0));
    }

    /// <summary>The rows of all sets, one set after the other.</summary>
    /// <param name="datasets">Sets with the same columns; integers and numbers of different widths are widened.</param>
    /// <exception cref="DatasetException">There is no set, or the columns differ.</exception>
    public static Dataset Concatenate(params IReadOnlyList<Dataset> datasets)
    {
        if (datasets.Count == 0)
        {
            throw new DatasetException("there is nothing to concatenate.");
        }

        Features features = datasets[0].Features;
        foreach (Dataset dataset in datasets.Skip(1))
        {
            features = FeatureInference.TryJoin(new StructFeature(features), new StructFeature(dataset.Features)) is StructFeature joined && joined.Fields.Count == features.Count && dataset.Features.Count == features.Count
                ? joined.Fields
                : throw new DatasetException($"the sets differ in their columns: {features} and {dataset.Features}.");
        }

        List<RecordBatch> batches = [];
        List<int> rows = [];
        bool indices = datasets.Any(dataset => dataset.HasIndices);
        int start = 0;
        foreach (Dataset dataset in datasets.Select(dataset => dataset.Cast(features)))
        {
            batches.AddRange(dataset._table.Batches);
            if (indices)
            {
                rows.AddRange((dataset._indices ?? Enumerable.Range(0, dataset.Count)).Select(row => row + start));
            }

            start = checked(start + dataset._table.RowCount);
        }

        string fingerprint = Fingerprints.Of("", "concatenate", [.. datasets.Select(dataset => dataset.Fingerprint)]);
        return new Dataset(new Table(features, batches), fingerprint, indices ? [.. rows] : null);
    }

    private Dataset Choose(int[] rows)
    {
        string fingerprint = Fingerprints.OfIndices(Fingerprint, rows);
        return new Dataset(_table, fingerprint, _indices is null ? rows : Array.ConvertAll(rows, row => _indices[row]));
    }
}
