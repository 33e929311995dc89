using System.Text.Json;

namespace Akin.Datasets.Tests;

public class ParquetTests
{
    public static TheoryData<string> Files() => [.. Cases("cases.json").Select(golden => golden.GetProperty("file").GetString()!)];

    public static TheoryData<string> Damaged() => [.. Cases("corrupt.json").Select(golden => golden.GetProperty("file").GetString()!)];

    [Theory]
    [MemberData(nameof(Files))]
    public void LoadDataset_GoldenParquet_GivesTheValuesPyarrowReads(string file)
    {
        JsonElement golden = Cases("cases.json").First(entry => entry.GetProperty("file").GetString() == file);
        string path = Repository.Golden("files", "parquet", file);
        if (file == "duplicate_names.parquet")
        {
            // Columns are found by name here, so two of one name are refused.
            Assert.Contains("two columns are called", Assert.Throws<DataFormatException>(() => Dataset.LoadDataset(path)).Message);
        }
        else
        {
            JsonElement expected = JsonDocument.Parse(File.ReadAllBytes(Repository.Golden("files", "parquet", golden.GetProperty("expected").GetString()!))).RootElement;
            GoldenTable.AssertValuesEqual(expected, Dataset.LoadDataset(path));
        }
    }

    [Theory]
    [MemberData(nameof(Damaged))]
    public void LoadDataset_DamagedParquet_IsRefusedByName(string file)
    {
        string path = Repository.Golden("files", "parquet", file);
        if (Cases("corrupt.json").First(entry => entry.GetProperty("file").GetString() == file).GetProperty("suggested").GetString() == "either")
        {
            Assert.Equal(6, Dataset.LoadDataset(path).Count);
            return;
        }

        Assert.Contains(Path.GetFileName(file), Assert.Throws<DataFormatException>(() => Dataset.LoadDataset(path)).Message);
    }

    [Theory]
    [InlineData("encrypted_magic", "encrypted")]
    [InlineData("lzo_codec", "LZO")]
    [InlineData("unknown_codec", "99")]
    [InlineData("page_encoding_unknown", "77")]
    [InlineData("checksum_wrong", "checksum")]
    [InlineData("string_not_utf8", "not UTF-8 in row")]
    public void LoadDataset_DamagedParquet_SaysWhat(string file, string problem) =>
        Assert.Contains(problem, Assert.Throws<DataFormatException>(() => Dataset.LoadDataset(Repository.Golden("files", "parquet", "corrupt", file + ".parquet"))).Message);

    [Fact]
    public void LoadDataset_FeaturesOfDatasets_AreKept()
    {
        Dataset labelled = Dataset.LoadDataset(Repository.Golden("files", "parquet", "datasets_classlabel.parquet"));
        Assert.Contains(labelled.Features.Values, feature => feature is ClassLabel);
        JsonElement old = JsonDocument.Parse(File.ReadAllBytes(Repository.Golden("files", "folders", "old_features.expected.json"))).RootElement;
        Dataset dataset = Dataset.LoadDataset(Repository.Golden("files", "folders", "old_features.parquet"));
        Assert.Equal(["no", "yes"], Assert.IsType<ClassLabel>(dataset.Features["label"]).Names);
        Assert.IsType<StructFeature>(dataset.Features["answers"]);
        Assert.Equal(JsonValueKind.Object, old.ValueKind);
    }

    [Theory]
    [InlineData("nested.parquet")]
    [InlineData("encoding_delta_v2.parquet")]
    [InlineData("types_page_v2.parquet")]
    [InlineData("dictionary_widths.parquet")]
    [InlineData("codec_zstd.parquet")]
    [InlineData("codec_long_zstd.parquet")]
    public void LoadDataset_AnyByteChanged_NeverFailsOtherwiseThanByName(string file)
    {
        byte[] bytes = File.ReadAllBytes(Repository.Golden("files", "parquet", file));
        Random random = new(1);
        for (int round = 0; round < 300; round++)
        {
            byte[] changed = [.. bytes];
            changed[random.Next(changed.Length)] = (byte)random.Next(256);
            using TemporaryFile damaged = new(".parquet", changed);
            try
            {
                foreach (DatasetRow row in Dataset.LoadDataset(damaged.Path))
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
        [.. JsonDocument.Parse(File.ReadAllBytes(Repository.Golden("files", "parquet", name))).RootElement.EnumerateArray()];
}
