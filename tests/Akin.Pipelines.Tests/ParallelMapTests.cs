namespace Akin.Pipelines.Tests;

/// <summary>Functions over many rows at once give what a plain loop gives.</summary>
public sealed class ParallelMapTests
{
    private static readonly ParallelMapOptions FourThreads = new() { ThreadCount = 4, WindowSize = 7 };

    [Fact]
    public void Run_OverManyRows_GivesTheResultsInOrder() =>
        Assert.Equal(Enumerable.Range(0, 100).Select(row => row * row), ParallelMap.Run(Enumerable.Range(0, 100), row => row * row, FourThreads));

    [Fact]
    public void Run_WithAFailingRow_NamesIt()
    {
        List<int> found = [];
        RowException error = Assert.Throws<RowException>(() => found.AddRange(ParallelMap.Run(Enumerable.Range(0, 30), row => row == 17 ? throw new FormatException("odd") : row, FourThreads)));
        Assert.Equal((17, "Row 17: odd"), (error.Row, error.Message));
    }

    [Fact]
    public void Try_WithFailingRows_GivesTheOthers()
    {
        (int Result, Exception? Error)[] found = [.. ParallelMap.Try(Enumerable.Range(0, 30), row => row % 10 == 3 ? throw new FormatException() : row, FourThreads)];
        Assert.Equal(Enumerable.Range(0, 30).Where(row => row % 10 != 3), found.Where(row => row.Error is null).Select(row => row.Result));
        Assert.Equal(3, found.Count(row => row.Error is FormatException));
    }

    [Fact]
    public void Run_OfWorkers_NeverSharesOneAndReportsEveryRow()
    {
        int made = 0, shared = 0, reports = 0;
        int[] found = [.. ParallelMap.Run(
            Enumerable.Range(0, 200),
            () =>
            {
                Interlocked.Increment(ref made);
                return new int[1];
            },
            (uses, row) =>
            {
                if (Interlocked.Increment(ref uses[0]) != 1)
                {
                    Interlocked.Increment(ref shared);
                }

                Thread.SpinWait(100);
                Interlocked.Decrement(ref uses[0]);
                return row;
            },
            FourThreads with { Progress = new Counter(() => Interlocked.Increment(ref reports)) })];
        Assert.Equal(Enumerable.Range(0, 200), found);
        Assert.Equal((0, 200), (shared, reports));
        Assert.InRange(made, 1, 4);
    }

    [Fact]
    public void Run_OverAnEndlessSource_ReadsAWindow()
    {
        int read = 0;
        IEnumerable<int> Endless()
        {
            while (true)
            {
                yield return read++;
            }
        }

        Assert.Equal([0, 1, 2], ParallelMap.Run(Endless(), row => row, FourThreads).Take(3));
        Assert.Equal(7, read);
    }

    [Fact]
    public void Run_WhenCancelled_Stops() =>
        Assert.ThrowsAny<OperationCanceledException>(() => ParallelMap.Run(Enumerable.Range(0, 9), row => row, cancellationToken: new CancellationToken(true)).ToList());

    private sealed class Counter(Action report) : IProgress<long>
    {
        public void Report(long value) => report();
    }
}
