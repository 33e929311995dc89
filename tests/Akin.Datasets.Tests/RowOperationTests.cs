using System.Text.Json;

namespace Akin.Datasets.Tests;

/// <summary>Shuffles, splits, shards and sorts against tests/goldens/files/folders/operations.json: the rows Python's datasets keeps, in order.</summary>
public class RowOperationTests
{
    public static TheoryData<int> Cases() => [.. Enumerable.Range(0, CaseList().Length)];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Operation_Golden_KeepsTheSameRows(int index)
    {
        JsonElement golden = CaseList()[index];
        JsonElement options = golden.TryGetProperty("options", out JsonElement given) ? given : default;
        switch (golden.GetProperty("operation").GetString())
        {
            case "shuffle":
                Assert.Equal(Rows(golden.GetProperty("indices")), Numbers(golden).Shuffle(golden.GetProperty("seed").GetUInt64()).Column<int>("n"));
                break;
            case "shard":
                int count = golden.GetProperty("num_shards").GetInt32();
                Assert.Equal(
                    golden.GetProperty("indices").EnumerateArray().Select(Rows),
                    Enumerable.Range(0, count).Select(shard => Numbers(golden).Shard(count, shard, golden.GetProperty("contiguous").GetBoolean()).Column<int>("n").ToArray()));
                break;
            case "sort":
                Sort(golden, options);
                break;
            default:
                Split(golden, options);
                break;
        }
    }

    private static void Split(JsonElement golden, JsonElement options)
    {
        static (double? Share, int? Count) Size(JsonElement options, string name) =>
            !options.TryGetProperty(name, out JsonElement size) ? (null, null) : size.TryGetInt32(out int count) ? (null, count) : (size.GetDouble(), null);

        TrainTestSplitOptions split = new()
        {
            TestFraction = Size(options, "test_size").Share,
            TestCount = Size(options, "test_size").Count,
            TrainFraction = Size(options, "train_size").Share,
            TrainCount = Size(options, "train_size").Count,
            Seed = golden.GetProperty("seed").GetUInt64(),
            Shuffle = !options.TryGetProperty("shuffle", out JsonElement shuffle) || shuffle.GetBoolean(),
            StratifyByColumn = options.TryGetProperty("stratify_by_column", out JsonElement column) ? column.GetString() : null,
        };
        if (golden.TryGetProperty("result", out _))
        {
            Assert.Throws<DatasetException>(() => Numbers(golden).TrainTestSplit(split));
            return;
        }

        DatasetDict sets = Numbers(golden).TrainTestSplit(split);
        Assert.Equal(Rows(golden.GetProperty("train")), sets["train"].Column<int>("n"));
        Assert.Equal(Rows(golden.GetProperty("test")), sets["test"].Column<int>("n"));
    }

    private static void Sort(JsonElement golden, JsonElement options)
    {
        JsonElement[] values = [.. golden.GetProperty("values").EnumerateArray()];
        string[] keys = [.. golden.GetProperty("keys").EnumerateArray().Select(key => key.GetString()!)];
        Dataset dataset = values.Any(value => value.ValueKind == JsonValueKind.String)
            ? Dataset.FromColumns((keys[0], values.Select(value => value.GetString()).ToArray()), ("n", Enumerable.Range(0, values.Length).ToArray()))
            : Dataset.FromColumns(("v", values.Select(value => value.ValueKind == JsonValueKind.Null ? (long?)null : value.GetInt64()).ToArray()), ("n", Enumerable.Range(0, values.Length).ToArray()));
        bool Reverse(int key) => options.TryGetProperty("reverse", out JsonElement reverse)
            && (reverse.ValueKind == JsonValueKind.Array ? reverse[key].GetBoolean() : reverse.GetBoolean());
        Dataset sorted = dataset.Sort([.. keys.Select((key, place) => new SortKey(key, Reverse(place)))], options.TryGetProperty("null_placement", out _));
        Assert.Equal(Rows(golden.GetProperty("indices")), sorted.Column<int>("n"));
    }

    private static Dataset Numbers(JsonElement golden)
    {
        int count = golden.GetProperty("rows").GetInt32();
        return Dataset.FromColumns(("n", Enumerable.Range(0, count).ToArray()), ("label", Enumerable.Range(0, count).Select(row => row % 3).ToArray()));
    }

    private static int[] Rows(JsonElement rows) => [.. rows.EnumerateArray().Select(row => row.GetInt32())];

    private static JsonElement[] CaseList() =>
        [.. JsonDocument.Parse(File.ReadAllBytes(Repository.Golden("files", "folders", "operations.json"))).RootElement.EnumerateArray()];
}
