using System.Text.Json;

namespace Akin.Datasets.Tests;

public class LoadTextTests
{
    public static TheoryData<int> Cases() => [.. Enumerable.Range(0, CaseList().Length)];

    [Theory]
    [MemberData(nameof(Cases))]
    public void LoadDataset_GoldenText_GivesWhatPythonsDatasetsGives(int index)
    {
        JsonElement golden = CaseList()[index];
        JsonElement asked = golden.GetProperty("options");
        string path = Repository.Golden("files", "txt", golden.GetProperty("file").GetString()!);
        LoadDatasetOptions options = new()
        {
            TextSampling = asked.TryGetProperty("sample_by", out JsonElement sampling) ? Enum.Parse<TextSampling>(sampling.GetString()!, ignoreCase: true) : TextSampling.Line,
            KeepLineBreaks = asked.TryGetProperty("keep_linebreaks", out _),
            Encoding = asked.TryGetProperty("encoding", out JsonElement encoding) ? encoding.GetString() : null,
            ReplaceInvalidText = asked.TryGetProperty("encoding_errors", out _),
        };
        if (golden.GetProperty("result").GetString() == "error")
        {
            Assert.Throws<DataFormatException>(() => Dataset.LoadDataset(path, options));
            return;
        }

        // Python keeps the byte-order mark in the first row; we drop it.
        IEnumerable<string> expected = golden.GetProperty("text").EnumerateArray().Select(text => text.GetString()!.TrimStart('\uFEFF'));
        Assert.Equal(expected, Dataset.LoadDataset(path, options).Column<string>("text"));
    }

    private static JsonElement[] CaseList() =>
        [.. JsonDocument.Parse(File.ReadAllBytes(Repository.Golden("files", "txt", "cases.json"))).RootElement.EnumerateArray()];
}
