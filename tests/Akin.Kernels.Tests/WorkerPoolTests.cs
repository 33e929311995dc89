namespace Akin.Kernels.Tests;

public class WorkerPoolTests
{
    [Theory]
    [InlineData(1, 100)]
    [InlineData(2, 0)]
    [InlineData(2, 1)]
    [InlineData(2, 1000)]
    [InlineData(5, 3)]
    [InlineData(8, 10_000)]
    public void For_AnyCounts_RunsEveryTaskOnce(int threadCount, int taskCount)
    {
        using WorkerPool pool = new(threadCount);
        int[] runs = new int[taskCount];
        for (int repeat = 1; repeat <= 200; repeat++)
        {
            Counting body = new() { Runs = runs };
            pool.For(taskCount, ref body);
            Assert.All(runs, count => Assert.Equal(repeat, count));
        }
    }

    [Fact]
    public void For_Nested_RunsInline()
    {
        using WorkerPool pool = new(3);
        int[] runs = new int[50 * 20];
        Nesting body = new() { Pool = pool, Runs = runs };
        pool.For(50, ref body);
        Assert.All(runs, count => Assert.Equal(1, count));
    }

    [Fact]
    public void For_SeveralCallers_AllGetTheirResults()
    {
        using WorkerPool pool = new(3);
        Thread[] callers = new Thread[4];
        long[] sums = new long[callers.Length];
        for (int i = 0; i < callers.Length; i++)
        {
            int caller = i;
            callers[i] = new Thread(() =>
            {
                for (int repeat = 0; repeat < 2000; repeat++)
                {
                    Summing body = new() { Weight = caller + 1 };
                    pool.For(17, ref body);
                    sums[caller] += body.Sum;
                }
            });
            callers[i].Start();
        }

        for (int i = 0; i < callers.Length; i++)
        {
            callers[i].Join();
            Assert.Equal(2000L * (i + 1) * (17 * 16 / 2), sums[i]);
        }
    }

    [Fact]
    public void For_TaskThrows_FirstExceptionReachesTheCallerAndThePoolGoesOn()
    {
        using WorkerPool pool = new(4);
        for (int repeat = 0; repeat < 100; repeat++)
        {
            Throwing failing = new() { At = repeat % 40 };
            InvalidOperationException exception = Assert.Throws<InvalidOperationException>(() => RunFailing(pool, failing));
            Assert.Equal($"task {repeat % 40}", exception.Message);
            int[] runs = new int[30];
            Counting body = new() { Runs = runs };
            pool.For(runs.Length, ref body);
            Assert.All(runs, count => Assert.Equal(1, count));
        }
    }

    [Fact]
    public void For_BodyHoldsSpans_WritesThroughThem()
    {
        using WorkerPool pool = new(2);
        float[] values = new float[1000];
        Filling body = new() { Values = values };
        pool.For(values.Length, ref body);
        Assert.Equal(Enumerable.Range(0, 1000).Select(i => (float)i), values);
    }

    [Fact]
    public void For_AfterAPause_WakesSleepingWorkers()
    {
        using WorkerPool pool = new(2);
        for (int repeat = 0; repeat < 20; repeat++)
        {
            Thread.Sleep(2); // longer than workers spin
            Meeting body = new() { Barrier = new Barrier(2) };
            pool.For(2, ref body); // returns only if two threads run the two tasks at once
        }
    }

    [Fact]
    public void For_Warm_AllocatesNothing()
    {
        using WorkerPool pool = new(2);
        Summing body = default;
        pool.For(100, ref body);
        Assert.Equal(0, Allocations.During(() => RunMany(pool)));
    }

    [Fact]
    public void Dispose_EndsThreadsAndRefusesWork()
    {
        WorkerPool pool = new(3);
        pool.Dispose();
        pool.Dispose();
        Assert.Throws<ObjectDisposedException>(() => RunMany(pool));
    }

    [Fact]
    public void Dispose_OfTheSharedPools_DoesNothing()
    {
        WorkerPool.Shared.Dispose();
        WorkerPool.Serial.Dispose();
        RunMany(WorkerPool.Shared);
        RunMany(WorkerPool.Serial);
        Assert.Equal(1, WorkerPool.Serial.ThreadCount);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("two")]
    [InlineData("100000")]
    public void ReadThreadCount_BadValue_NamesTheVariable(string text)
    {
        string message = Assert.Throws<KernelSettingException>(() => WorkerPool.ReadThreadCount(text)).Message;
        Assert.Contains(text, message);
        Assert.Contains("AKIN_THREADS", message);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    public void ReadThreadCount_Unset_IsTheProcessorCount(string? text) =>
        Assert.Equal(Environment.ProcessorCount, WorkerPool.ReadThreadCount(text));

    private static void RunFailing(WorkerPool pool, Throwing body) => pool.For(40, ref body);

    private static void RunMany(WorkerPool pool)
    {
        Summing body = default;
        for (int i = 0; i < 1000; i++)
        {
            pool.For(10, ref body);
        }
    }

    private struct Counting : IParallelBody
    {
        public int[] Runs;

        public readonly void Execute(int taskIndex) => Interlocked.Increment(ref Runs[taskIndex]);
    }

    private struct Summing : IParallelBody
    {
        public int Weight;
        public long Sum;

        public void Execute(int taskIndex) => Interlocked.Add(ref Sum, taskIndex * Weight);
    }

    private struct Nesting : IParallelBody
    {
        public WorkerPool Pool;
        public int[] Runs;

        public readonly void Execute(int taskIndex)
        {
            NestedCounting inner = new() { Runs = Runs, First = taskIndex * 20 };
            Pool.For(20, ref inner);
        }
    }

    private struct NestedCounting : IParallelBody
    {
        public int[] Runs;
        public int First;

        public readonly void Execute(int taskIndex) => Interlocked.Increment(ref Runs[First + taskIndex]);
    }

    private struct Throwing : IParallelBody
    {
        public int At;

        public readonly void Execute(int taskIndex)
        {
            if (taskIndex == At)
            {
                throw new InvalidOperationException($"task {taskIndex}");
            }
        }
    }

    private ref struct Filling : IParallelBody
    {
        public Span<float> Values;

        public readonly void Execute(int taskIndex) => Values[taskIndex] = taskIndex;
    }

    private struct Meeting : IParallelBody
    {
        public Barrier Barrier;

        public readonly void Execute(int taskIndex) => Barrier.SignalAndWait();
    }
}
