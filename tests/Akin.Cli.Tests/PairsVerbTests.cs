using System.Text.Json;

namespace Akin.Cli.Tests;

public sealed class PairsVerbTests : IDisposable
{
    private static readonly string[] Texts = ["a cat sat on the mat", "die Straße", "a cat sat on the mat", "", "고양이가 앉았다", "猫坐在垫子上"];

    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void Pairs_OfATextFile_ListsTheDuplicateFirst()
    {
        AkinResult result = Pairs(_folder.Write("t.txt", Texts), "--min-score", "0.99").Succeeded();
        string[] lines = result.Output.Split('\n');
        Assert.Equal("1.0000  t.txt:1  a cat sat on the mat", lines[0]);
        Assert.Equal("        t.txt:3  a cat sat on the mat", lines[1]);
        Assert.Contains("of 5 texts", result.Error);
    }

    [Fact]
    public void Pairs_AsJson_GivesAnObjectALineBestFirst()
    {
        string input = _folder.Write("t.csv", "id,question", "x,a cat sat on the mat", "y,die Straße", "z,a cat sat on the mat");
        JsonElement[] rows = [.. Pairs(input, "--text", "question", "--min-score", "-1", "--json").Succeeded().Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonElement.Parse(line))];
        Assert.Equal(3, rows.Length);
        Assert.Equal(("x", "z"), (rows[0].GetProperty("id1").GetString(), rows[0].GetProperty("id2").GetString()));
        Assert.Equal(rows.OrderByDescending(row => row.GetProperty("score").GetSingle()).Select(row => row.ToString()), rows.Select(row => row.ToString()));
    }

    [Fact]
    public void Pairs_WithOutput_WritesAFileThatCanBeReadAgain()
    {
        string input = _folder.Write("t.jsonl", """{"id": "1", "text": "a cat\tsat"}""", """{"id": "2", "text": "a cat\tsat"}""");
        Assert.Equal(1, JsonElement.Parse(Pairs(input, "--output", _folder["d.tsv"], "--json").Succeeded().Output).GetProperty("pairs").GetInt32());
        string[] lines = File.ReadAllLines(_folder["d.tsv"]);
        Assert.Equal("score\tid1\tid2\ttext1\ttext2", lines[0]);
        Assert.Equal(["1", "2", "a cat sat", "a cat sat"], lines[1].Split('\t')[1..]);
    }

    [Fact]
    public void Pairs_BadInput_IsRefused()
    {
        Pairs(_folder.Write("t.jsonl", """{"question": "a"}""")).Refused("t.jsonl, line 1", "no field 'text'");
        Pairs(_folder.Write("blank.txt", " ", "")).Refused("no text");
        Pairs(_folder.Write("t.txt", Texts), "--output", _folder["d.csv"]).Refused("d.csv", ".tsv or .jsonl");
    }

    public void Dispose() => _folder.Dispose();

    private static AkinResult Pairs(string input, params string[] arguments) =>
        AkinProcess.Run(["pairs", "--model", TinyModels.Sentence(), "--input", input, .. arguments]);
}
