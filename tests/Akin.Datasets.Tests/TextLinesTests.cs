using System.Text;
using System.Text.Json;

namespace Akin.Datasets.Tests;

public class TextLinesTests
{
    public static TheoryData<string> Files()
    {
        using JsonDocument cases = JsonDocument.Parse(File.ReadAllBytes(Repository.Golden("files", "txt", "cases.json")));
        return [.. Readings(cases).Where(reading => reading.GetProperty("result").GetString() == "reads").Select(reading => reading.GetProperty("file").GetString()!)];
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Read_GoldenFile_GivesTheSameLines(string file)
    {
        using JsonDocument cases = JsonDocument.Parse(File.ReadAllBytes(Repository.Golden("files", "txt", "cases.json")));
        string[] expected = [.. Readings(cases).First(reading => reading.GetProperty("file").GetString() == file).GetProperty("text").EnumerateArray().Select(line => line.GetString()!)];

        // The reference keeps a byte-order mark in the first line; here it is dropped, because it is no part of the text.
        expected[0] = expected[0].TrimStart('\uFEFF');
        Assert.Equal(expected, TextLines.Read(Repository.Golden("files", "txt", file)).Select(line => line.Text));
    }

    [Fact]
    public void Read_LinesLongerThanTheBuffer_AreWhole()
    {
        string[] lines = [new('x', 200_000), "", new('한', 70_000), "end"];
        using TemporaryFile file = new(".txt.gz", string.Join("\r\n", lines));
        Assert.Equal(lines, TextLines.Read(file.Path).Select(line => line.Text));
        Assert.Equal([1, 2, 3, 4], TextLines.Read(file.Path).Select(line => line.Number));
    }

    [Fact]
    public void Read_OtherEncoding_NamesTheLine()
    {
        using TemporaryFile file = new(".txt", [.. "fine\n"u8, 0xC7, 0xD1, (byte)'\n']);
        DataFormatException error = Assert.Throws<DataFormatException>(() => TextLines.Read(file.Path).ToList());
        Assert.Equal(2, error.Line);
        Assert.Contains("UTF-8", error.Message);
    }

    [Fact]
    public void Read_Utf16_IsToldByItsMark()
    {
        using TemporaryFile little = new(".txt", [.. Encoding.Unicode.Preamble, .. Encoding.Unicode.GetBytes("가나다 text\nx")]);
        using TemporaryFile big = new(".txt", [.. Encoding.BigEndianUnicode.Preamble, .. Encoding.BigEndianUnicode.GetBytes("가나다 text\nx")]);
        Assert.Equal(["가나다 text", "x"], TextLines.Read(little.Path).Select(line => line.Text));
        Assert.Equal(["가나다 text", "x"], TextLines.Read(big.Path).Select(line => line.Text));
    }

    [Fact]
    public void Read_EmptyFile_SaysSo()
    {
        using TemporaryFile file = new(".txt", "");
        Assert.Contains("empty", Assert.Throws<DataFormatException>(() => TextLines.Read(file.Path).ToList()).Message);
    }

    [Fact]
    public void Read_EmptyGzip_SaysSo()
    {
        using TemporaryFile file = new(".txt.gz", "");
        Assert.Contains("empty", Assert.Throws<DataFormatException>(() => TextLines.Read(file.Path).ToList()).Message);
    }

    [Fact]
    public void Read_GzipCutAtEveryByte_IsNeverTakenForWhole()
    {
        using TemporaryFile whole = new(".txt.gz", string.Join('\n', Enumerable.Range(0, 40).Select(index => $"line {index * 7919}")));
        byte[] bytes = File.ReadAllBytes(whole.Path);
        for (int length = 2; length < bytes.Length; length++)
        {
            using TemporaryFile cut = new(".txt", bytes[..length]);
            Assert.Throws<DataFormatException>(() => TextLines.Read(cut.Path).ToList());
        }
    }

    [Fact]
    public void Read_MissingFile_NamesThePath()
    {
        Assert.Contains("no-such-file.txt", Assert.Throws<FileNotFoundException>(() => TextLines.Read("no-such-file.txt").ToList()).Message);
    }

    [Fact]
    public void Read_Folder_SaysSo()
    {
        Assert.Contains("folder", Assert.Throws<DataFormatException>(() => TextLines.Read(Path.GetTempPath()).ToList()).Message);
    }

    /// <summary>The readings with default options: lines without their ends.</summary>
    private static IEnumerable<JsonElement> Readings(JsonDocument cases) =>
        cases.RootElement.EnumerateArray().Where(reading => !reading.GetProperty("options").EnumerateObject().Any() && reading.TryGetProperty("text", out JsonElement text) && text.GetArrayLength() > 0);
}
