using System.Text.Json;

namespace Akin.Datasets.Tests;

public class SavedFolderTests
{
    [Theory]
    [InlineData("single")]
    [InlineData("three_shards")]
    [InlineData("after_select")]
    [InlineData("after_shuffle")]
    public void LoadFromDisk_GoldenFolder_GivesRowsAndFeatures(string folder)
    {
        Dataset dataset = Dataset.LoadFromDisk(Repository.Golden("files", "saved", folder));
        GoldenTable.AssertValuesEqual(Expected(folder).GetProperty("*"), dataset);
        Assert.Equal(["negative", "neutral", "positive"], Assert.IsType<ClassLabel>(dataset.Features["label"]).Names);
        Assert.Equal(3, Assert.IsType<ListFeature>(dataset.Features["vector"]).FixedLength);
    }

    [Fact]
    public void LoadFromDisk_GoldenDict_GivesItsSplits()
    {
        DatasetDict splits = DatasetDict.LoadDataset(Repository.Golden("files", "saved", "dict"));
        Assert.Equal(["train", "test"], splits.Keys);
        foreach ((string name, Dataset split) in splits)
        {
            GoldenTable.AssertValuesEqual(Expected("dict").GetProperty(name), split);
        }
    }

    [Fact]
    public void LoadFromDisk_NoRows_HasTheFeatures()
    {
        // Python's datasets cannot read this folder of its own.
        Dataset dataset = Dataset.LoadFromDisk(Repository.Golden("files", "saved", "no_rows"));
        Assert.Empty(dataset);
        Assert.Equal(Dataset.LoadFromDisk(Repository.Golden("files", "saved", "single")).ColumnNames, dataset.ColumnNames);
    }

    [Fact]
    public void SaveToDisk_SplitsWithClassLabels_ReadBackEqual()
    {
        using TemporaryFolder folder = new();
        DatasetDict splits = Dataset.FromColumns(
            new Features(("label", new ClassLabel("no", "yes"))),
            ("label", new[] { "no", "yes", null, "yes" }), ("text", new[] { "가", "", null, "d" })).TrainTestSplit(0.5, seed: 3);
        splits.SaveToDisk(folder.Path);
        DatasetDict again = DatasetDict.LoadFromDisk(folder.Path);
        foreach ((string name, Dataset split) in splits)
        {
            Assert.Equal(split.Features, again[name].Features);
            Assert.Equal(split.Select(row => row.ToList()), again[name].Select(row => row.ToList()));
        }
    }

    [Fact]
    public void LoadFromDisk_FileNameThatLeavesTheFolder_IsRefused()
    {
        using TemporaryFolder folder = new();
        Dataset.FromColumns(("a", new[] { 1 })).SaveToDisk(folder.Path);
        string state = Path.Combine(folder.Path, "state.json");
        File.WriteAllText(state, File.ReadAllText(state).Replace("data-0", "../data-0", StringComparison.Ordinal));
        Assert.Contains("no name of a file", Assert.Throws<DataFormatException>(() => Dataset.LoadFromDisk(folder.Path)).Message);
    }

    private static JsonElement Expected(string folder) =>
        JsonDocument.Parse(File.ReadAllBytes(Repository.Golden("files", "saved", $"{folder}.expected.json"))).RootElement;
}
