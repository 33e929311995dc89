namespace Akin.Datasets.Tests;

public class TextRecordsTests
{
    [Fact]
    public void Read_JsonLines_TakesIdTitleTextAndKeepsTheRest()
    {
        using TemporaryFile file = new(
            ".jsonl",
            """
            {"_id": "a", "title": "Bread", "text": "Bake it.", "language": "en", "year": 2024, "tags": ["x"], "none": null}

            {"id": 7, "text": "빵"}
            {"text": "no id"}
            """);
        List<TextRecord> records = [.. TextRecords.Read(file.Path)];

        Assert.Equal(["a", "7", $"{Path.GetFileName(file.Path)}:4"], records.Select(record => record.Id));
        Assert.Equal(["Bread Bake it.", "빵", "no id"], records.Select(record => record.FullText));
        Assert.Equal("""{"language":"en","year":2024,"tags":["x"],"none":null}""", records[0].Metadata!.ToJsonString());
        Assert.Null(records[1].Metadata);
        Assert.Equal([1, 3, 4], records.Select(record => record.Line));
    }

    [Theory]
    [InlineData("{\"text\": \"x\"}\n{\"text\": ", "line 2", "not JSON")]
    [InlineData("{\"text\": \"x\"}\nplain words\n", "line 2", "not JSON")]
    [InlineData("[1, 2]\n", "line 1", "an array")]
    [InlineData("{\"body\": \"x\"}\n", "line 1", "'body'")]
    [InlineData("{\"text\": 3}\n", "line 1", "a number")]
    [InlineData("{\"text\": \"x\", \"text\": \"y\"}\n", "line 1", "not JSON")]
    [InlineData("{\"text\": \"\\ud83d\"}\n", "line 1", "surrogate")]
    public void Read_BadJsonLine_NamesFileAndLine(string content, string place, string problem)
    {
        using TemporaryFile file = new(".jsonl", content);
        DataFormatException error = Assert.Throws<DataFormatException>(() => TextRecords.Read(file.Path).ToList());
        Assert.StartsWith($"{file.Path}, {place}: ", error.Message);
        Assert.Contains(problem, error.Message);
    }

    [Fact]
    public void Read_JsonNestedTooDeep_IsRefused()
    {
        using TemporaryFile file = new(".jsonl", new string('[', 3000) + new string(']', 3000));
        Assert.Throws<DataFormatException>(() => TextRecords.Read(file.Path).ToList());
    }

    [Fact]
    public void Read_Csv_TakesColumnsByName()
    {
        using TemporaryFile file = new(".csv", "text,id,title,language\n\"one, two\",1,T,en\nthree,,,ko\n");
        List<TextRecord> records = [.. TextRecords.Read(file.Path)];
        Assert.Equal(["1", $"{Path.GetFileName(file.Path)}:3"], records.Select(record => record.Id));
        Assert.Equal(["T one, two", "three"], records.Select(record => record.FullText));
        Assert.Equal("""{"language":"ko"}""", records[1].Metadata!.ToJsonString());
    }

    [Fact]
    public void Read_TextFieldNamed_IsUsed()
    {
        using TemporaryFile file = new(".tsv", "id\tbody\n1\thello\n");
        Assert.Equal("hello", TextRecords.Read(file.Path, new TextRecordOptions { TextField = "body" }).Single().Text);
    }

    [Fact]
    public void Read_TextLines_NumbersThem()
    {
        using TemporaryFile file = new(".txt", "a\n\nb\n");
        Assert.Equal(["a", "", "b"], TextRecords.Read(file.Path).Select(record => record.Text));
        Assert.Equal($"{Path.GetFileName(file.Path)}:3", TextRecords.Read(file.Path).Last().Id);
    }

    [Fact]
    public void Read_UnknownExtension_ListsTheSupportedOnes()
    {
        using TemporaryFile file = new(".docx", "x");
        Assert.Contains(".txt, .jsonl, .csv and .tsv", Assert.Throws<DataFormatException>(() => TextRecords.Read(file.Path).ToList()).Message);
        Assert.Single(TextRecords.Read(file.Path, new TextRecordOptions { Format = TextFormat.Text }));
    }

    [Fact]
    public void Read_EmptyJsonLines_SaysSo()
    {
        using TemporaryFile file = new(".jsonl", "\n\n");
        Assert.Contains("empty", Assert.Throws<DataFormatException>(() => TextRecords.Read(file.Path).ToList()).Message);
    }
}
