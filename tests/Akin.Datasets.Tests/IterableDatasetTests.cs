namespace Akin.Datasets.Tests;

public class IterableDatasetTests
{
    [Fact]
    public void Stream_FilterMapTakeSkip_ReadsRowsEachTime()
    {
        using TemporaryFile file = new(".csv", "n,text\n" + string.Concat(Enumerable.Range(0, 500).Select(row => $"{row},t{row}\n")));
        IterableDataset stream = IterableDataset.LoadDataset(file.Path);
        Assert.Equal("n: int64, text: string", stream.Features!.ToString());
        IterableDataset changed = stream.Filter(row => row.Get<long>("n") % 2 == 1).Map(row => new() { ["twice"] = row.Get<long>("n") * 2 }, "text").Skip(1).Take(150);
        Assert.Equal(Enumerable.Range(1, 150).Select(place => ((2L * place) + 1) * 2), changed.Select(row => row.Get<long>("twice")));
        Assert.Equal(["n", "twice"], changed.First().Keys);
        Assert.Equal(150, changed.ToDataset().Count);
    }

    [Fact]
    public void Shuffle_SameSeed_SameOrderWithAllRows()
    {
        using TemporaryFile file = new(".jsonl", string.Concat(Enumerable.Range(0, 300).Select(row => $"{{\"n\": {row}}}\n")));
        IterableDataset stream = IterableDataset.LoadDataset(file.Path);
        long[] first = [.. stream.Shuffle(5, bufferSize: 64).Select(row => row.Get<long>("n"))];
        Assert.Equal(first, stream.Shuffle(5, bufferSize: 64).Select(row => row.Get<long>("n")));
        Assert.NotEqual(first, stream.Shuffle(6, bufferSize: 64).Select(row => row.Get<long>("n")));
        Assert.Equal(Enumerable.Range(0, 300).Select(row => (long)row), first.Order());
        Assert.NotEqual(first.Order(), first);
    }
}
