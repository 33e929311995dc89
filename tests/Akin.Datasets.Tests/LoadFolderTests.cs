using System.Text.Json;

namespace Akin.Datasets.Tests;

public class LoadFolderTests
{
    public static TheoryData<int> Cases() => [.. Enumerable.Range(0, CaseList("cases.json").Length)];

    public static TheoryData<int> Slices() => [.. Enumerable.Range(0, CaseList("slices.json").Length)];

    [Theory]
    [MemberData(nameof(Cases))]
    public void LoadDataset_GoldenFolder_FindsSplitsAndRows(int index)
    {
        JsonElement golden = CaseList("cases.json")[index];
        string folder = golden.GetProperty("folder").GetString()!;
        string path = Repository.Golden("files", "folders", folder);
        if (folder == "word_inside")
        {
            // Python drops latest.csv and contest.csv without a word.
            Assert.Contains("names no split", Assert.Throws<DatasetException>(() => DatasetDict.LoadDataset(path)).Message);
            return;
        }

        AssertFolder(golden.GetProperty("datasets"), path, null);
        if (golden.TryGetProperty("datasets_zh", out JsonElement chinese))
        {
            AssertFolder(chinese, path, "zh");
        }
    }

    [Theory]
    [MemberData(nameof(Slices))]
    public void LoadDataset_GoldenSplitExpression_TakesTheRows(int index)
    {
        JsonElement golden = CaseList("slices.json")[index];
        string split = golden.GetProperty("split").GetString()!;
        string path = Repository.Golden("files", "folders", "thirty.csv");
        if (!golden.TryGetProperty("rows", out JsonElement rows))
        {
            Assert.Throws<DatasetException>(() => Dataset.LoadDataset(path, split: split));
            return;
        }

        Assert.Equal(rows.EnumerateArray().Select(row => row.GetInt64()), Dataset.LoadDataset(path, split: split).Column<long>("n"));
    }

    private static void AssertFolder(JsonElement expected, string path, string? configuration)
    {
        LoadDatasetOptions options = new() { ConfigurationName = configuration };
        if (expected.GetProperty("result").GetString() == "error")
        {
            Assert.Throws<DatasetException>(() => DatasetDict.LoadDataset(path, options));
            return;
        }

        DatasetDict splits = DatasetDict.LoadDataset(path, options);
        Assert.Equal(expected.GetProperty("splits").EnumerateObject().Select(split => split.Name), splits.Keys);
        foreach (JsonProperty split in expected.GetProperty("splits").EnumerateObject())
        {
            Assert.Equal(split.Value.GetProperty("columns").EnumerateArray().Select(name => name.GetString()), splits[split.Name].ColumnNames);
            JsonElement rows = split.Value.GetProperty("rows");
            Assert.Equal(rows.GetArrayLength(), splits[split.Name].Count);
            foreach ((JsonElement row, DatasetRow actual) in rows.EnumerateArray().Zip(splits[split.Name]))
            {
                Assert.All(row.EnumerateArray().Zip(actual), pair => Assert.True(GoldenTable.Same(pair.First, pair.Second.Value, splits[split.Name].Features[pair.Second.Key])));
            }
        }
    }

    private static JsonElement[] CaseList(string file) =>
        [.. JsonDocument.Parse(File.ReadAllBytes(Repository.Golden("files", "folders", file))).RootElement.EnumerateArray()];
}
