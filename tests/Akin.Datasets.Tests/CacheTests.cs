namespace Akin.Datasets.Tests;

public class CacheTests
{
    [Fact]
    public void LoadAndMap_SetLargerThanTheHeap_Works()
    {
        using TemporaryFolder folder = new();
        (int exitCode, string output, string error) = LargeSetProcess.Run(folder.Path, setMegabytes: 200, heapMegabytes: 100);
        Assert.True(exitCode == 0, error);
        Assert.Equal("200000 200100000 66667 1000", output);
        Assert.Contains("limit 100 MiB", error);
    }

    [Fact]
    public void LoadDataset_StandardInput_IsReadWholeAndNamedInErrors()
    {
        using TemporaryFolder folder = new();
        (string output, string error) = LargeSetProcess.RunWithInput(folder.Path, "a,b\n1,x\n2,y\n");
        Assert.Equal("a: int64, b: string: 1 2", output + error);
        Assert.Contains("stdin, line 3: the row has 1 cells", LargeSetProcess.RunWithInput(folder.Path, "a,b\n1,x\n2\n").Error);
        Assert.Empty(Directory.EnumerateFileSystemEntries(folder.Path));
    }

    [Fact]
    public void Map_WithCacheKey_RunsOnceAndIsFoundAgain()
    {
        using TemporaryFolder folder = new();
        int calls = 0;
        Dataset dataset = Dataset.FromColumns(("n", new[] { 1, 2, 3 }));
        Dataset Square(string key, Dataset input) => input.Map(
            row =>
            {
                calls++;
                return new() { ["square"] = row.Get<int>("n") * row.Get<int>("n") };
            },
            new MapOptions { CacheKey = key, CacheFolder = folder.Path });

        Dataset first = Square("square", dataset);
        Dataset again = Square("square", Dataset.FromColumns(("n", new[] { 1, 2, 3 })));
        Assert.Equal(3, calls);
        Assert.Equal([1, 4, 9], again.Column<int>("square"));
        Assert.Equal(first.Fingerprint, again.Fingerprint);
        Square("other", dataset);
        Assert.Equal(6, calls);
        Square("square", dataset.Select(2, 1));
        Assert.Equal(8, calls);
    }

    [Fact]
    public void Map_WithCacheKeyThatFails_LeavesNothingBehind()
    {
        using TemporaryFolder folder = new();
        Dataset dataset = Dataset.FromColumns(("n", new[] { 1, 2, 3 }));
        MapOptions options = new() { CacheKey = "x", CacheFolder = folder.Path, BatchSize = 1 };
        Assert.Throws<InvalidTimeZoneException>(() => dataset.Map(row => row.Index == 2 ? throw new InvalidTimeZoneException() : new() { ["x"] = 1 }, options));
        Assert.Empty(Directory.EnumerateFileSystemEntries(folder.Path));
    }

    [Fact]
    public void LoadDataset_FileChanged_HasAnotherFingerprint()
    {
        using TemporaryFile file = new(".csv", "a\n1\n");
        string before = Dataset.LoadDataset(file.Path).Fingerprint;
        Assert.Equal(before, Dataset.LoadDataset(file.Path).Fingerprint);
        File.WriteAllText(file.Path, "a\n12\n");
        Assert.NotEqual(before, Dataset.LoadDataset(file.Path).Fingerprint);
    }
}
