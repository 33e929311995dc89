using System.Collections.Concurrent;

namespace Akin.Pipelines;

/// <summary>A function over many rows on all cores: results come in the order of the rows, and an error says which row it belongs to.</summary>
/// <remarks>Rows are read a window at a time, so that any number of them needs the memory of a window.</remarks>
public static class ParallelMap
{
    /// <summary>Applies a function to every row.</summary>
    /// <typeparam name="TRow">A row, such as a text.</typeparam>
    /// <typeparam name="TResult">What becomes of it.</typeparam>
    /// <param name="rows">Read as results are asked for.</param>
    /// <param name="function">The function; called from several threads at once.</param>
    /// <param name="options">Threads, window, progress. Default: all cores.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <returns>The results in the order of the rows.</returns>
    /// <exception cref="RowException">The function has failed; the first such row, when its turn comes.</exception>
    public static IEnumerable<TResult> Run<TRow, TResult>(
        IEnumerable<TRow> rows, Func<TRow, TResult> function, ParallelMapOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(function);
        return Run(rows, () => function, (call, row) => call(row), options, cancellationToken);
    }

    /// <summary>Applies something that serves one thread at a time, such as a pipeline, to every row: each thread has its own.</summary>
    /// <typeparam name="TRow">A row, such as a text.</typeparam>
    /// <typeparam name="TWorker">What serves one thread at a time.</typeparam>
    /// <typeparam name="TResult">What becomes of a row.</typeparam>
    /// <param name="rows">Read as results are asked for.</param>
    /// <param name="makeWorker">Makes one more, at most as many as there are threads.</param>
    /// <param name="function">Applies it to a row.</param>
    /// <param name="options">Threads, window, progress. Default: all cores.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <inheritdoc cref="Run{TRow, TResult}"/>
    public static IEnumerable<TResult> Run<TRow, TWorker, TResult>(
        IEnumerable<TRow> rows, Func<TWorker> makeWorker, Func<TWorker, TRow, TResult> function, ParallelMapOptions? options = null, CancellationToken cancellationToken = default)
    {
        long row = 0;
        foreach ((TResult? result, Exception? error) in Try(rows, makeWorker, function, options, cancellationToken))
        {
            yield return error is null ? result! : throw new RowException(row, error);
            row++;
        }
    }

    /// <summary>Applies a function to every row and goes on when it fails: each row has a result or an error.</summary>
    /// <inheritdoc cref="Run{TRow, TResult}"/>
    /// <returns>For every row in order what came of it: the result, or the error.</returns>
    public static IEnumerable<(TResult? Result, Exception? Error)> Try<TRow, TResult>(
        IEnumerable<TRow> rows, Func<TRow, TResult> function, ParallelMapOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(function);
        return Try(rows, () => function, (call, row) => call(row), options, cancellationToken);
    }

    /// <summary>Applies something that serves one thread at a time, and goes on when it fails.</summary>
    /// <inheritdoc cref="Run{TRow, TWorker, TResult}"/>
    /// <returns>For every row in order what came of it: the result, or the error.</returns>
    public static IEnumerable<(TResult? Result, Exception? Error)> Try<TRow, TWorker, TResult>(
        IEnumerable<TRow> rows, Func<TWorker> makeWorker, Func<TWorker, TRow, TResult> function, ParallelMapOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(rows);
        ArgumentNullException.ThrowIfNull(makeWorker);
        ArgumentNullException.ThrowIfNull(function);
        options ??= new ParallelMapOptions();
        ArgumentOutOfRangeException.ThrowIfLessThan(options.ThreadCount, 1, nameof(options));
        ArgumentOutOfRangeException.ThrowIfLessThan(options.WindowSize, 1, nameof(options));
        ParallelOptions threads = new() { MaxDegreeOfParallelism = options.ThreadCount, CancellationToken = cancellationToken };
        ConcurrentBag<TWorker> idle = [];
        long done = 0;
        foreach (TRow[] window in rows.Chunk(options.WindowSize))
        {
            (TResult? Result, Exception? Error)[] results = new (TResult?, Exception?)[window.Length];
            Parallel.For(0, window.Length, threads, i =>
            {
                TWorker worker = idle.TryTake(out TWorker? free) ? free : makeWorker();
                try
                {
                    results[i] = (function(worker, window[i]), null);
                }
                catch (Exception error) when (error is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
                {
                    results[i] = (default, error);
                }

                idle.Add(worker);
                options.Progress?.Report(Interlocked.Increment(ref done));
            });
            foreach ((TResult?, Exception?) result in results)
            {
                yield return result;
            }
        }
    }
}
