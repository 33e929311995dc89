using System.Text.Json;

namespace Akin.Datasets.Tests;

public class LoadJsonTests
{
    public static TheoryData<int> Cases() => [.. Enumerable.Range(0, CaseList().Length)];

    [Theory]
    [MemberData(nameof(Cases))]
    public void LoadDataset_GoldenJson_GivesWhatPythonsDatasetsGives(int index)
    {
        JsonElement golden = CaseList()[index];
        string file = golden.GetProperty("file").GetString()!;
        string path = Repository.Golden("files", "json", file);
        JsonElement asked = golden.GetProperty("datasets_options");
        LoadDatasetOptions options = new()
        {
            Encoding = asked.TryGetProperty("encoding", out JsonElement encoding) ? encoding.GetString() : null,
            JsonField = asked.TryGetProperty("field", out JsonElement field) ? field.GetString() : null,
        };
        JsonElement expected = JsonDocument.Parse(File.ReadAllBytes(Repository.Golden("files", "json", golden.GetProperty("expected").GetString()!))).RootElement.GetProperty("datasets");
        if (file == "utf16.jsonl")
        {
            // Told by its byte-order mark; Python's reader refuses it.
            Assert.NotEmpty(Dataset.LoadDataset(path, options));
        }
        else if (file == "dates.jsonl")
        {
            // Arrow's reader takes ISO dates for timestamps; here text stays text.
            Assert.All(Dataset.LoadDataset(path, options).Features.Values, feature => Assert.Equal(Value.String, feature));
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
    [InlineData("{\"a\": 1}\n\n{\"a\": }\n", 3)]
    [InlineData("{\"a\": 1}\n{\"a\": \"x\n\"}\n", 2)]
    [InlineData("{\"a\": 1}\n[1]\n", 2)]
    [InlineData("{\"a\": 1}\nhello\n", 2)]
    [InlineData("{\"a\": 1}\n{\"a\": \"\\ud800\"}\n", 2)]
    public void LoadDataset_BadLine_IsNamed(string content, int line)
    {
        using TemporaryFile file = new(".jsonl", content);
        Assert.Equal(line, Assert.Throws<DataFormatException>(() => Dataset.LoadDataset(file.Path)).Line);
    }

    [Theory]
    [InlineData("[{\"a\": 1}, {\"a\": 2}", "never closed")]
    [InlineData("[{\"a\": 1} {\"a\": 2}]", "comma")]
    [InlineData("[{\"a\": 1}] x", "after the end")]
    [InlineData("[{\"a\": 1},]", "closes nothing")]
    public void LoadDataset_BadArray_SaysWhy(string content, string problem)
    {
        using TemporaryFile file = new(".json", content);
        Assert.Contains(problem, Assert.Throws<DataFormatException>(() => Dataset.LoadDataset(file.Path)).Message);
    }

    private static JsonElement[] CaseList() =>
        [.. JsonDocument.Parse(File.ReadAllBytes(Repository.Golden("files", "json", "cases.json"))).RootElement.EnumerateArray()];
}
