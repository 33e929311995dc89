using System.Runtime.ExceptionServices;
using Akin.Datasets.Arrow;

namespace Akin.Datasets.Columns;

/// <summary>Runs a function over the batches of a set, several at a time, and writes what it gives in the order of the input.</summary>
internal sealed class BatchMap(Dataset input, Func<DatasetBatch, ColumnValues> function, IReadOnlyList<string> kept, MapOptions options)
{
    public Table Run(string fingerprint, CancellationToken cancellationToken)
    {
        int batchCount = (int)(((long)input.Count + options.BatchSize - 1) / options.BatchSize);
        if (batchCount == 0)
        {
            Features types = options.Features ?? Features.None;
            return new Table(new Features([.. input.Features.Where(entry => kept.Contains(entry.Key) && !types.ContainsKey(entry.Key)), .. types]), []);
        }

        string? keptName = options.CacheKey is null ? null : fingerprint;
        if (keptName is not null && File.Exists(TableSink.KeptPath(options.CacheFolder, keptName)))
        {
            return ArrowFile.Read(TableSink.KeptPath(options.CacheFolder, keptName));
        }

        // The first batch tells the types; the others must follow.
        RecordBatch first = Compute(0, options.Features);
        using TableSink sink = new(first.Features, options.CacheFolder, keptName);
        sink.Add(first);
        RecordBatch[] round = new RecordBatch[options.WorkerCount];
        for (int start = 1; start < batchCount; start += round.Length)
        {
            int count = Math.Min(round.Length, batchCount - start);
            RunRound(start, count, round, first.Features, cancellationToken);
            for (int place = 0; place < count; place++)
            {
                sink.Add(round[place]);
            }
        }

        return sink.Complete();
    }

    private void RunRound(int start, int count, RecordBatch[] round, Features features, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (count == 1)
        {
            round[0] = Compute(start, features);
            return;
        }

        try
        {
            Parallel.For(
                0,
                count,
                new ParallelOptions { MaxDegreeOfParallelism = options.WorkerCount, CancellationToken = cancellationToken },
                place => round[place] = Compute(start + place, features));
        }
        catch (AggregateException exception)
        {
            ExceptionDispatchInfo.Throw(exception.InnerExceptions[0]);
        }
    }

    private RecordBatch Compute(int batchIndex, Features? features)
    {
        int firstRow = batchIndex * options.BatchSize;
        Dataset rows = input.Slice(firstRow, options.BatchSize);
        RecordBatch computed = ColumnBatch.Build(function(new DatasetBatch(rows, firstRow)), features, firstRow);

        ColumnValues all = [];
        Features allTypes = Features.None;
        List<ColumnData> columns = [];
        foreach (string name in kept)
        {
            if (computed.Features.ContainsKey(name))
            {
                columns.Add(computed.Columns[computed.Features.IndexOf(name)]);
                allTypes = allTypes.With(name, computed.Features[name]);
                continue;
            }

            if (computed.Columns.Length > 0 && computed.Length != rows.Count)
            {
                throw new DatasetException(
                    $"rows {firstRow} to {firstRow + rows.Count - 1}: the function gave {computed.Length} rows for {rows.Count}; that is possible only when RemoveColumns names all columns of the input, and '{name}' is kept.");
            }

            columns.Add(rows.Gather(rows.Features.IndexOf(name), 0, rows.Count));
            allTypes = allTypes.With(name, input.Features[name]);
        }

        foreach ((string name, Feature feature) in computed.Features)
        {
            if (!allTypes.ContainsKey(name))
            {
                columns.Add(computed.Columns[computed.Features.IndexOf(name)]);
                allTypes = allTypes.With(name, feature);
            }
        }

        if (features is not null && batchIndex > 0 && !allTypes.Equals(features))
        {
            throw new DatasetException($"row {firstRow}: the function gave the columns {allTypes}; before it gave {features}.");
        }

        return new RecordBatch(allTypes, [.. columns], columns.Count > 0 ? columns[0].Length : rows.Count);
    }
}
