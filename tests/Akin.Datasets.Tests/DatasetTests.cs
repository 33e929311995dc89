namespace Akin.Datasets.Tests;

public class DatasetTests
{
    private static readonly Dataset Small = Dataset.FromColumns(
        ("text", new[] { "a", "b", "c", "d" }), ("label", new long?[] { 1, 0, null, 1 }), ("ids", new[] { new[] { 1, 2 }, [], [3], [4, 5, 6] }));

    [Fact]
    public void FromColumns_Values_AreTypedAndReadBack()
    {
        Assert.Equal("text: string, label: int64, ids: list<item: int32>", Small.Features.ToString());
        Assert.Equal(4, Small.Count);
        Assert.Equal("b", Small[1].Get<string>("text"));
        Assert.Equal([4, 5, 6], Small[3].Get<int[]>("ids"));
        Assert.Equal([4L, 5L, 6L], Small[3].Get<long[]>("ids"));
        Assert.Null(Small[2]["label"]);
        Assert.Equal([1.0, 0.0, null, 1.0], Small.Column<double?>("label"));
    }

    [Fact]
    public void Get_NullAsNumber_NamesRowAndColumn()
    {
        Assert.Equal("row 2, column 'label': the value is null; read it as Int64?.", Assert.Throws<DatasetException>(() => Small[2].Get<long>("label")).Message);
        Assert.Contains("cannot be read as Int64", Assert.Throws<DatasetException>(() => Small[0].Get<long>("text")).Message);
        Assert.Contains("'text', 'label', 'ids'", Assert.Throws<DatasetException>(() => Small[0].Get<long>("txet")).Message);
    }

    [Fact]
    public void FromRows_MissingAndMixedValues_JoinTypes()
    {
        Dataset rows = Dataset.FromRows([new RowValues { ["a"] = 1 }, new RowValues { ["b"] = "x", ["a"] = 2.5 }, new RowValues { ["c"] = new RowValues { ["d"] = true } }]);
        Assert.Equal("a: double, b: string, c: struct<d: bool>", rows.Features.ToString());
        Assert.Equal([1.0, 2.5, null], rows.Column<double?>("a"));
        Assert.Equal(true, ((RowValues)rows[2]["c"]!)["d"]);
        Assert.Contains("row 1, column 'a'", Assert.Throws<DatasetException>(() => Dataset.FromRows([new RowValues { ["a"] = 1 }, new RowValues { ["a"] = "x" }])).Message);
    }

    [Fact]
    public void FromColumns_DifferentLengths_AreRefused()
    {
        Assert.Contains("'b' has 1 values, column 'a' 2", Assert.Throws<DatasetException>(() => Dataset.FromColumns(("a", new[] { 1, 2 }), ("b", new[] { 1 }))).Message);
    }

    [Fact]
    public void SelectFilterSlice_ComposeOverEachOther()
    {
        Dataset chosen = Small.Select(3, 1, 0).Filter(row => row.Get<long?>("label") == 1).Slice(0, 5);
        Assert.Equal(["d", "a"], chosen.Column<string>("text"));
        Assert.Equal(["b", "c"], Small.Skip(1).Take(2).Column<string>("text"));
        Assert.Throws<DatasetException>(() => Small.Select(4));
        Assert.Throws<DatasetException>(() => chosen[2]);
    }

    [Fact]
    public void Concatenate_SetsWithChosenRows_KeepsOrderAndWidensNumbers()
    {
        Dataset ints = Dataset.FromColumns(("a", new[] { 1, 2, 3 })).Select(2, 0);
        Dataset reals = Dataset.FromColumns(("a", new[] { 0.5 }));
        Assert.Equal([3.0, 1.0, 0.5], Dataset.Concatenate(ints, reals).Column<double>("a"));
        Assert.Throws<DatasetException>(() => Dataset.Concatenate(ints, Small));
    }

    [Theory]
    [InlineData(1, 1000)]
    [InlineData(4, 7)]
    [InlineData(3, 1)]
    public void Map_AnyWorkersAndBatchSize_GivesTheSameRows(int workers, int batchSize)
    {
        Dataset numbers = Dataset.FromColumns(("n", Enumerable.Range(0, 100).ToArray())).Shuffle(1);
        Dataset mapped = numbers.Map(
            row => new() { ["square"] = row.Get<int>("n") * row.Get<int>("n"), ["index"] = row.Index, ["text"] = $"n{row["n"]}" },
            new MapOptions { WorkerCount = workers, BatchSize = batchSize });
        Assert.Equal("n: int32, square: int32, index: int32, text: string", mapped.Features.ToString());
        Assert.Equal(numbers.Column<int>("n").Select(number => number * number), mapped.Column<int>("square"));
        Assert.Equal(Enumerable.Range(0, 100), mapped.Column<int>("index"));
    }

    [Fact]
    public void MapBatches_AllColumnsRemoved_MayChangeTheNumberOfRows()
    {
        Dataset doubled = Small.MapBatches(
            batch => new() { ["letter"] = batch.Column<string>("text").SelectMany(text => new[] { text, text }).ToArray() },
            new MapOptions { BatchSize = 3, RemoveColumns = [.. Small.ColumnNames] });
        Assert.Equal(["a", "a", "b", "b", "c", "c", "d", "d"], doubled.Column<string>("letter"));
        Assert.Contains("RemoveColumns", Assert.Throws<DatasetException>(() => Small.MapBatches(_ => new() { ["x"] = new[] { 1 } })).Message);
    }

    [Fact]
    public void Map_TypeChangesLater_NamesTheRow()
    {
        DatasetException error = Assert.Throws<DatasetException>(() => Small.Map(
            row => new() { ["x"] = row.Index < 2 ? 1 : "late" }, new MapOptions { BatchSize = 2 }));
        Assert.Contains("row 2, column 'x': found the text 'late'; the column holds int32", error.Message);
    }

    [Fact]
    public void Map_FunctionFails_ItsOwnExceptionComesOut()
    {
        Assert.Throws<InvalidTimeZoneException>(() => Small.Map(row => row.Index == 3 ? throw new InvalidTimeZoneException() : new() { ["x"] = 1 }, new MapOptions { BatchSize = 1, WorkerCount = 2 }));
    }

    [Fact]
    public void Columns_RemoveRenameSelectAddCast_Work()
    {
        Dataset changed = Small.RemoveColumns("ids").RenameColumn("label", "y").AddColumn("z", new[] { 1f, 2f, 3f, 4f }).SelectColumns("z", "y");
        Assert.Equal("z: float, y: int64", changed.Features.ToString());
        Assert.Equal([1f, 2f, 3f, 4f], changed.Column<float>("z"));
        Assert.Equal("float", changed.CastColumn("y", Value.Float32).Features["y"].TypeName);
        Assert.Contains("row 1, column 'z'", Assert.Throws<DatasetException>(() => Small.AddColumn("z", new object[] { 1, "x", 3, 4 })).Message);
    }

    [Fact]
    public void ClassEncodeColumn_Text_NumbersTheSortedValues()
    {
        Dataset encoded = Dataset.FromColumns(("label", new[] { "sad", "glad", "sad", null })).ClassEncodeColumn("label");
        ClassLabel label = Assert.IsType<ClassLabel>(encoded.Features["label"]);
        Assert.Equal(["glad", "sad"], label.Names);
        Assert.Equal([1L, 0L, 1L, null], encoded.Column<long?>("label"));
    }

    [Fact]
    public void CastColumn_LabelOutOfRange_NamesTheRow()
    {
        DatasetException error = Assert.Throws<DatasetException>(() => Dataset.FromColumns(("label", new long[] { 0, 1, 2 })).CastColumn("label", new ClassLabel("no", "yes")));
        Assert.Contains("row 2, column 'label': there is no class 2", error.Message);
    }

    [Fact]
    public void Fingerprint_SameSteps_AreEqualAndOthersDiffer()
    {
        Dataset again = Dataset.FromColumns(("a", new[] { 1, 2, 3 }));
        Dataset other = Dataset.FromColumns(("a", new[] { 1, 2, 4 }));
        Dataset first = Dataset.FromColumns(("a", new[] { 1, 2, 3 }));
        Assert.Equal(first.Fingerprint, again.Fingerprint);
        Assert.NotEqual(first.Fingerprint, other.Fingerprint);
        Assert.Equal(first.Shuffle(1).Fingerprint, again.Shuffle(1).Fingerprint);
        Assert.NotEqual(first.Shuffle(1).Fingerprint, again.Shuffle(2).Fingerprint);
    }
}
