using System.Text.Json;

namespace Akin.Datasets.Tests;

public class DelimitedFileTests
{
    /// <summary>Files that Python's csv module reads without a word although a quote is not used as RFC 4180 says: we refuse them.</summary>
    private static readonly string[] BadQuotes = ["text_after_quote.csv", "quote_unclosed.csv", "label_text_quoting.tsv"];

    public static TheoryData<string> Cases()
    {
        using JsonDocument cases = JsonDocument.Parse(File.ReadAllBytes(Repository.Golden("files", "csv", "cases.json")));
        return [.. cases.RootElement.EnumerateArray().Where(IsPlain).Select(golden => golden.GetProperty("file").GetString()!)];
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Read_GoldenFile_GivesTheCellsOfPythonsCsvModuleOrRefuses(string file)
    {
        (char delimiter, DelimitedQuoting quoting, List<string[]>? expected) = Golden(file);
        string path = Repository.Golden("files", "csv", file);

        bool regular = expected is { Count: > 1 }
            && expected.TrueForAll(row => row.Length == expected[0].Length)
            && expected[0].Distinct().Count() == expected[0].Length
            && !BadQuotes.Contains(file);
        if (!regular)
        {
            DataFormatException refusal = Assert.Throws<DataFormatException>(() => DelimitedFile.Read(path, delimiter, quoting).ToList());
            Assert.Contains(file, refusal.Message);
            return;
        }

        List<DelimitedRow> rows = [.. DelimitedFile.Read(path, delimiter, quoting)];
        Assert.Equal(expected![0], rows[0].Header);
        Assert.Equal(expected.Skip(1), rows.Select(row => row.Cells.ToArray()));
    }

    [Theory]
    [InlineData("a,b\n1,2\n3\n", 3)]
    [InlineData("a,b\n1,2\n3,4,5\n", 3)]
    [InlineData("a,b\n\"1\n1\",2\n3\n", 4)]
    public void Read_RaggedRow_NamesFileAndLine(string content, int line)
    {
        using TemporaryFile file = new(".csv", content);
        DataFormatException error = Assert.Throws<DataFormatException>(() => DelimitedFile.Read(file.Path).ToList());
        Assert.Equal(line, error.Line);
        Assert.StartsWith($"{file.Path}, line {line}: ", error.Message);
    }

    [Fact]
    public void Read_RaggedRowsThatSomebodyIsToldOf_GoesOnWithTheOthers()
    {
        using TemporaryFile file = new(".csv", "a,b\n1\n2,3\n4,5,6\n7,8\n9\n");
        List<int> ragged = [];
        Assert.Equal(["2", "7"], DelimitedFile.Read(file.Path, ragged: error => ragged.Add(error.Line)).Select(row => row["a"]));
        Assert.Equal([2, 4, 6], ragged);
    }

    [Theory]
    [InlineData("a,b\n1,\"2\n3,4\n", 2, "never closed")]
    [InlineData("a,b\n1,\"2\"x\n", 2, "closing quote")]
    [InlineData("a,a\n1,2\n", 1, "twice")]
    public void Read_BadQuotingOrHeader_SaysWhatAndWhere(string content, int line, string problem)
    {
        using TemporaryFile file = new(".csv", content);
        DataFormatException error = Assert.Throws<DataFormatException>(() => DelimitedFile.Read(file.Path).ToList());
        Assert.Equal(line, error.Line);
        Assert.Contains(problem, error.Message);
    }

    [Fact]
    public void Read_TsvByName_TakesQuotesAsLetters()
    {
        using TemporaryFile file = new(".tsv", "a\tb\n\"x\t1\ny\"\t2\n");
        Assert.Equal(["\"x", "y\""], DelimitedFile.Read(file.Path).Select(row => row["a"]));
    }

    [Fact]
    public void Row_UnknownColumn_ListsTheHeader()
    {
        using TemporaryFile file = new(".csv", "id,body\n1,x\n");
        DataFormatException error = Assert.Throws<DataFormatException>(() => DelimitedFile.Read(file.Path).First()["text"]);
        Assert.Contains("'id', 'body'", error.Message);
    }

    [Fact]
    public void Read_AcrossBufferBoundaries_LosesNothing()
    {
        string[] texts = [.. Enumerable.Range(0, 3000).Select(index => new string((char)('a' + (index % 26)), index % 97) + "한")];
        using TemporaryFile file = new(".csv.gz", "n,text\r\n" + string.Concat(texts.Select((text, index) => $"{index},\"{text}\"\r\n")));
        Assert.Equal(texts, DelimitedFile.Read(file.Path).Select(row => row["text"]));
    }

    /// <summary>Files of UTF-8 with nothing but a delimiter and a choice of quoting; LoadDelimitedTests reads the others.</summary>
    private static bool IsPlain(JsonElement golden) =>
        golden.GetProperty("encoding").GetString() is "utf-8" or "utf-8-sig" or "utf-16"
        && golden.GetProperty("csv_module").EnumerateObject().All(option => option.Name is "delimiter" or "quoting" || option.Value.ValueKind == JsonValueKind.Null);

    private static (char Delimiter, DelimitedQuoting Quoting, List<string[]>? Rows) Golden(string file)
    {
        using JsonDocument cases = JsonDocument.Parse(File.ReadAllBytes(Repository.Golden("files", "csv", "cases.json")));
        JsonElement golden = cases.RootElement.EnumerateArray().First(entry => entry.GetProperty("file").GetString() == file);
        JsonElement dialect = golden.GetProperty("csv_module");
        char delimiter = dialect.TryGetProperty("delimiter", out JsonElement named) ? named.GetString()![0] : ',';
        bool literal = dialect.TryGetProperty("quoting", out JsonElement quoting) && quoting.GetInt32() == 3;

        string path = Repository.Golden("files", "csv", golden.GetProperty("expected").GetString()!);
        using Stream stream = InputFile.Open(path);
        using JsonDocument expected = JsonDocument.Parse(stream);
        JsonElement result = expected.RootElement.GetProperty("csv_module");
        if (result.GetProperty("result").GetString() != "reads")
        {
            return (delimiter, literal ? DelimitedQuoting.Literal : DelimitedQuoting.Quoted, null);
        }

        // The csv module gives an empty row for a blank line, which is no row here; and it leaves a byte-order mark in the first name.
        List<string[]> rows =
        [
            .. result.GetProperty("rows").EnumerateArray()
                .Select(row => row.EnumerateArray().Select(cell => cell.GetString()!).ToArray())
                .Where(row => row.Length > 0),
        ];
        if (rows.Count > 0)
        {
            rows[0][0] = rows[0][0].TrimStart('\uFEFF');
        }

        return (delimiter, literal ? DelimitedQuoting.Literal : DelimitedQuoting.Quoted, rows);
    }
}
