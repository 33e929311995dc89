using System.Text.Json;

namespace Akin.Datasets.Tests;

public class ArrowTests
{
    public static TheoryData<string> Files() => [.. Cases("cases.json").Select(golden => golden.GetProperty("file").GetString()!)];

    public static TheoryData<string> Damaged() => [.. Cases("corrupt.json").Select(golden => golden.GetProperty("file").GetString()!)];

    [Theory]
    [MemberData(nameof(Files))]
    public void LoadDataset_GoldenArrow_GivesTheValuesPyarrowReads(string file)
    {
        JsonElement golden = Cases("cases.json").First(entry => entry.GetProperty("file").GetString() == file);
        string path = Repository.Golden("files", "arrow", file);
        AssertEqual(Expected(golden), Dataset.LoadDataset(path));
    }

    [Theory]
    [MemberData(nameof(Damaged))]
    public void LoadDataset_DamagedArrow_IsRefusedByName(string file)
    {
        string path = Repository.Golden("files", "arrow", file);
        if (Cases("corrupt.json").First(entry => entry.GetProperty("file").GetString() == file).GetProperty("suggested").GetString() == "either")
        {
            Assert.NotEmpty(Dataset.LoadDataset(path));
            return;
        }

        Assert.Contains(Path.GetFileName(file), Assert.Throws<DataFormatException>(() => Dataset.LoadDataset(path)).Message);
    }

    [Theory]
    [InlineData("types.arrow")]
    [InlineData("nested.arrows")]
    [InlineData("dictionary_delta.arrows")]
    [InlineData("compressed_lz4.arrow")]
    [InlineData("compressed_zstd.arrow")]
    public void SaveToDisk_AnyTypes_ReadBackEqual(string file)
    {
        using TemporaryFolder folder = new();
        Dataset dataset = Dataset.LoadDataset(Repository.Golden("files", "arrow", file));
        dataset.SaveToDisk(folder.Path, shardCount: 2);
        Dataset again = Dataset.LoadFromDisk(folder.Path);
        Assert.Equal(dataset.Features, again.Features);
        AssertEqual(Expected(Cases("cases.json").First(entry => entry.GetProperty("file").GetString() == file)), again);
        Assert.Equal(dataset.Fingerprint, again.Fingerprint);
    }

    [Fact]
    public void LoadDataset_StreamCutAtEveryByte_IsRefusedOrShorterByWholeBatches()
    {
        byte[] bytes = File.ReadAllBytes(Repository.Golden("files", "arrow", "batches.arrows"));
        int whole = Dataset.LoadDataset(Repository.Golden("files", "arrow", "batches.arrows")).Count;
        for (int length = 0; length < bytes.Length; length += 5)
        {
            using TemporaryFile cut = new(".arrow", bytes[..length]);
            try
            {
                // A stream may lack its end marker, so it may end between two batches.
                Assert.Contains(Dataset.LoadDataset(cut.Path).Count, (IEnumerable<int>)[0, 7, 14, 21, 28, 35, whole]);
            }
            catch (DataFormatException)
            {
            }
        }
    }

    [Fact]
    public void LoadDataset_AnyByteChanged_NeverFailsOtherwiseThanByName()
    {
        byte[] bytes = File.ReadAllBytes(Repository.Golden("files", "arrow", "nested.arrows"));
        Random random = new(1);
        for (int round = 0; round < 600; round++)
        {
            byte[] changed = [.. bytes];
            changed[random.Next(changed.Length)] = (byte)random.Next(256);
            using TemporaryFile file = new(".arrow", changed);
            try
            {
                foreach (DatasetRow row in Dataset.LoadDataset(file.Path))
                {
                    _ = row.ToValues();
                }
            }
            catch (DataFormatException)
            {
            }
        }
    }

    private static JsonElement[] Cases(string name) =>
        [.. JsonDocument.Parse(File.ReadAllBytes(Repository.Golden("files", "arrow", name))).RootElement.EnumerateArray()];

    private static JsonElement Expected(JsonElement golden) =>
        JsonDocument.Parse(File.ReadAllBytes(Repository.Golden("files", "arrow", golden.GetProperty("expected").GetString()!))).RootElement;

    /// <summary>Values are compared; types only by what the values show, because dictionaries, views, runs and unions are decoded here.</summary>
    private static void AssertEqual(JsonElement expected, Dataset dataset) => GoldenTable.AssertValuesEqual(expected, dataset);
}
