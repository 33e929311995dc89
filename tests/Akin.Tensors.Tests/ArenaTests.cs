namespace Akin.Tensors.Tests;

public sealed class ArenaTests
{
    [Fact]
    public void Rent_OfManyRandomSizes_NeverOverlapsWhatIsOut()
    {
        Random random = new(1);
        Arena arena = new();
        List<(Tensor Tensor, float Mark)> live = [];
        for (int step = 0; step < 5000; step++)
        {
            if (live.Count > 0 && random.Next(2) == 0)
            {
                int index = random.Next(live.Count);
                Assert.Equal(-1, live[index].Tensor.Span.IndexOfAnyExcept(live[index].Mark));
                arena.Release(live[index].Tensor);
                live.RemoveAt(index);
            }
            else if (live.Count < 40)
            {
                Tensor tensor = arena.Rent(new Shape(random.Next(0, 700)));
                tensor.Span.Fill(step);
                live.Add((tensor, step));
            }
        }

        Assert.All(live, item => Assert.Equal(-1, item.Tensor.Span.IndexOfAnyExcept(item.Mark)));
        Assert.Equal(live.Count, arena.LiveCount);
    }

    [Fact]
    public unsafe void Rent_OfAnySize_BeginsAtACacheLine()
    {
        Arena arena = new();
        for (int size = 1; size < 100; size++)
        {
            Tensor tensor = arena.Rent(new Shape(size));
            fixed (float* start = tensor.Span)
            {
                Assert.Equal(0, (long)start % 64);
            }
        }
    }

    [Fact]
    public void Reset_AfterGrowth_LeavesOnePieceThatHoldsTheSameAgain()
    {
        Arena arena = new();
        for (int round = 0; round < 3; round++)
        {
            for (int i = 0; i < 30; i++)
            {
                arena.Rent(new Shape(100_000));
            }

            arena.Reset();
        }

        long capacity = arena.CapacityBytes;
        for (int i = 0; i < 30; i++)
        {
            arena.Rent(new Shape(100_000));
        }

        Assert.Equal(capacity, arena.CapacityBytes);
    }

    [Fact]
    public void Span_AfterTheScopeEnded_IsRefused()
    {
        ForwardContext context = new();
        Tensor tensor;
        using (context.Scope())
        {
            tensor = context.Rent(new Shape(4));
        }

        Assert.Throws<InvalidOperationException>(() => tensor.Span.Length);
    }

    [Fact]
    public void Keep_InNestedScopes_HandsTheTensorToTheOuterScope()
    {
        ForwardContext context = new();
        using (context.Scope())
        {
            Tensor kept;
            using (ForwardScope inner = context.Scope())
            {
                context.Rent(new Shape(8));
                kept = inner.Keep(context.Rent(new Shape(8)));
            }

            Assert.Equal(1, context.Arena.LiveCount);
            Assert.Equal(8, kept.Span.Length);
        }

        Assert.Equal(0, context.Arena.LiveCount);
    }

    [Fact]
    public void Rent_BeyondOneArray_IsRefusedWithTheShape()
    {
        ArgumentException error = Assert.Throws<ArgumentException>(() => new Arena().Rent(new Shape(1 << 20, 1 << 20)));
        Assert.Contains("[1048576, 1048576]", error.Message, StringComparison.Ordinal);
    }
}
