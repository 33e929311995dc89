using System.IO.Compression;
using System.Text.Json;

namespace Akin.Datasets.Tests;

public class LoadDelimitedTests
{
    /// <summary>Files `datasets` reads and we refuse, each with what the message must say.</summary>
    private static readonly Dictionary<string, string> Refused = new()
    {
        ["too_few.csv"] = "line 3: the row has 2 cells, the header 3",
        ["too_many_everywhere.csv"] = "line 2: the row has 3 cells, the header 2",
        ["space_before_quote.csv"] = "the row has 3 cells, the header 2",
        ["duplicate_names.csv"] = "twice",
        ["label_text_quoting.tsv"] = "closing quote",
    };

    /// <summary>Files `datasets` fails on and we read: numbers beyond 64 bits and a late text make the column text.</summary>
    private static readonly string[] ReadHere = ["integer_overflow.csv", "late_type_change.csv"];

    public static TheoryData<int> Cases() => [.. Enumerable.Range(0, CaseList().Length)];

    [Theory]
    [MemberData(nameof(Cases))]
    public void LoadDataset_GoldenCsv_GivesWhatPythonsDatasetsGives(int index)
    {
        JsonElement golden = CaseList()[index];
        string file = golden.GetProperty("file").GetString()!;
        string path = Repository.Golden("files", "csv", file);
        JsonElement expected = Expected(golden).GetProperty("datasets");
        LoadDatasetOptions options = Options(golden.GetProperty("datasets_options"));
        if (file == "plain.tsv")
        {
            // Python's reader takes the whole line for one cell; we look at the name.
            Assert.Equal(["id", "text", "label"], Dataset.LoadDataset(path, options).ColumnNames);
        }
        else if (Refused.TryGetValue(file, out string? message))
        {
            Assert.Contains(message, Assert.Throws<DataFormatException>(() => Dataset.LoadDataset(path, options)).Message);
        }
        else if (ReadHere.Contains(file))
        {
            Assert.Contains("string", Dataset.LoadDataset(path, options).Features.Values.Select(feature => feature.TypeName));
        }
        else if (expected.GetProperty("result").GetString() == "error")
        {
            Assert.Contains(file, Assert.Throws<DataFormatException>(() => Dataset.LoadDataset(path, options)).Message);
        }
        else
        {
            GoldenTable.AssertEqual(expected.GetProperty("columns"), Dataset.LoadDataset(path, options));
        }
    }

    [Theory]
    [InlineData("cp949_unnamed.csv", "cp949")]
    [InlineData("gb18030_unnamed.csv", "gb18030")]
    [InlineData("windows1252_unnamed.csv", "cp1252")]
    public void LoadDataset_LegacyEncodingUnnamed_SaysWhichItLooksLike(string file, string encoding)
    {
        string path = Repository.Golden("files", "csv", file);
        DataFormatException error = Assert.Throws<DataFormatException>(() => Dataset.LoadDataset(path));
        Assert.Contains($"looks like {encoding}", error.Message);
        Assert.NotEmpty(Dataset.LoadDataset(path, new LoadDatasetOptions { Encoding = encoding }));
    }

    [Fact]
    public void LoadDataset_Utf16ToldByItsMark_NeedsNoName()
    {
        Assert.Equal(3, Dataset.LoadDataset(Repository.Golden("files", "csv", "utf16le.csv")).Count);
    }

    [Fact]
    public void LoadDataset_WrongEncodingNamed_IsRefused()
    {
        string path = Repository.Golden("files", "csv", "gb18030.csv");
        Assert.Contains("utf-16", Assert.Throws<DataFormatException>(() => Dataset.LoadDataset(path, new LoadDatasetOptions { Encoding = "utf-16be" })).Message, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void LoadDataset_LabelNotAmongTheClasses_NamesFileAndLine()
    {
        using TemporaryFile file = new(".csv", "text,label\na,pos\nb,neg\nc,posi\n");
        LoadDatasetOptions options = new() { Features = new Features(("text", Value.String), ("label", new ClassLabel("neg", "pos"))) };
        DataFormatException error = Assert.Throws<DataFormatException>(() => Dataset.LoadDataset(file.Path, options));
        Assert.Equal(4, error.Line);
        Assert.Contains("'posi' is not one of the 2 classes: 'neg', 'pos'", error.Message);
    }

    [Fact]
    public void LoadDataset_ClassLabelFeature_ReadsNamesAndNumbers()
    {
        using TemporaryFile file = new(".csv", "text,label\na,pos\nb,0\nc,\n");
        Dataset dataset = Dataset.LoadDataset(file.Path, new LoadDatasetOptions { Features = new Features(("text", Value.String), ("label", new ClassLabel("neg", "pos"))) });
        Assert.Equal([1L, 0L, null], dataset.Column<long?>("label"));
        Assert.Equal(["pos", "neg", null], dataset.Column<string?>("label"));
    }

    [Fact]
    public void LoadDataset_LateText_MakesTheWholeColumnText()
    {
        using TemporaryFile file = new(".csv", "v\n" + string.Concat(Enumerable.Range(0, 25_000).Select(row => $"{row:000}\n")) + "x\n");
        Dataset dataset = Dataset.LoadDataset(file.Path);
        Assert.Equal("000", dataset[0]["v"]);
        Assert.Equal("x", dataset[25_000]["v"]);
        Assert.Equal(25_001, dataset.Count);
    }

    internal static LoadDatasetOptions Options(JsonElement options)
    {
        LoadDatasetOptions load = new();
        DelimitedOptions delimited = new();
        foreach (JsonProperty option in options.EnumerateObject())
        {
            char First() => option.Value.GetString()![0];
            switch (option.Name)
            {
                case "encoding": load = load with { Encoding = option.Value.GetString() }; break;
                case "encoding_errors": load = load with { ReplaceInvalidText = true }; break;
                case "features": load = load with { Features = new Features(option.Value.EnumerateObject().Select(field => KeyValuePair.Create(field.Name, (Feature)Value.Parse(field.Value.GetString()!)))) }; break;
                case "sep": delimited = delimited with { Delimiter = First() }; break;
                case "header": delimited = delimited with { HasHeader = false }; break;
                case "names": delimited = delimited with { ColumnNames = [.. option.Value.EnumerateArray().Select(name => name.GetString()!)] }; break;
                case "quoting": delimited = delimited with { Quoting = DelimitedQuoting.Literal }; break;
                case "quotechar": delimited = delimited with { Quote = First() }; break;
                case "escapechar": delimited = delimited with { Escape = First() }; break;
                case "doublequote": break;
                case "comment": delimited = delimited with { Comment = First() }; break;
                case "skipinitialspace": delimited = delimited with { SkipInitialSpace = true }; break;
                case "skiprows": delimited = delimited with { SkipLines = option.Value.GetInt32() }; break;
                case "decimal": delimited = delimited with { DecimalPoint = First() }; break;
                case "thousands": delimited = delimited with { ThousandsSeparator = First() }; break;
                case "keep_default_na": delimited = delimited with { MissingWords = false }; break;
                default: throw new NotSupportedException(option.Name);
            }
        }

        // The golden readings of .tsv files are with quotes unless they say quoting=3.
        delimited = delimited with { Quoting = delimited.Quoting == DelimitedQuoting.Literal ? DelimitedQuoting.Literal : DelimitedQuoting.Quoted };
        return load with { Delimited = delimited };
    }

    private static JsonElement[] CaseList() =>
        [.. JsonDocument.Parse(File.ReadAllBytes(Repository.Golden("files", "csv", "cases.json"))).RootElement.EnumerateArray()];

    private static JsonElement Expected(JsonElement golden)
    {
        string path = Repository.Golden("files", "csv", golden.GetProperty("expected").GetString()!);
        using Stream file = File.OpenRead(path);
        using Stream stream = path.EndsWith(".gz", StringComparison.Ordinal) ? new GZipStream(file, CompressionMode.Decompress) : file;
        return JsonDocument.Parse(stream).RootElement;
    }
}
