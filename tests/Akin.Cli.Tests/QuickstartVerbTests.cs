using System.Text.Json;
using Akin.Cli.Verbs;
using Akin.Datasets;

namespace Akin.Cli.Tests;

/// <summary><c>akin quickstart</c> and the sample collection it shows.</summary>
public sealed class QuickstartVerbTests : IDisposable
{
    private static readonly string[] Languages = ["en", "ko", "zh"];
    private readonly TemporaryFolder _home = new();

    public void Dispose() => _home.Dispose();

    [Fact]
    public void Collection_IsWellFormedAndBalanced()
    {
        TextRecord[] entries = [.. TextRecords.Read(QuickstartVerb.Collection)];
        Assert.Equal(entries.Length, entries.Select(entry => entry.Id).Distinct().Count());
        Assert.Equal(entries.Length, entries.Select(entry => entry.Title).Distinct().Count());
        Assert.All(entries, entry =>
        {
            Assert.False(string.IsNullOrWhiteSpace(entry.Title));
            Assert.False(string.IsNullOrWhiteSpace(entry.Text));
            Assert.StartsWith(LanguageOf(entry) + "-", entry.Id);
            Assert.Equal(LanguageOf(entry), LanguageOfScript(entry.Text));
        });
        Assert.Equal(Languages.Select(language => (language, 100)), entries.CountBy(LanguageOf).Select(count => (count.Key, count.Value)).Order());

        // About half of the topics are told in every language, the others in one: a search across languages has something to find and something to miss.
        int shared = entries.CountBy(entry => entry.Id[3..]).Count(topic => topic.Value == 3);
        Assert.InRange(shared, 40, 60);
        HashSet<string> ids = [.. entries.Select(entry => entry.Id)];
        Assert.All(QuickstartVerb.Queries, query => Assert.Contains(query.Expected, ids));
        Assert.Equal(9, QuickstartVerb.Queries.Select(query => (query.Language, query.AnswerLanguage)).Distinct().Count());
    }

    [Fact]
    public void Quickstart_MakesAnIndexToGoOnWith()
    {
        JsonElement first = Json(Run("quickstart", "--model", TinyModels.Sentence(), "--json"));
        Assert.Equal((300, 300), (first.GetProperty("documents").GetInt32(), first.GetProperty("stored").GetInt32()));
        string index = first.GetProperty("index").GetString()!;
        Assert.StartsWith(_home[""], index);
        Assert.Equal(QuickstartVerb.Queries.Count, first.GetProperty("queries").GetArrayLength());
        Assert.All(first.GetProperty("queries").EnumerateArray(), answer =>
        {
            Assert.StartsWith(answer.GetProperty("answer_language").GetString() + "-", answer.GetProperty("id").GetString());
            Assert.NotEqual("", answer.GetProperty("title").GetString());
        });

        Assert.Equal(3, Json(Run("search", "--index", index, "Where can I park?", "--top", "3", "--json")).GetArrayLength());
        Run("index", "add", "--index", index, "--input", _home.Write("mine.txt", [.. Enumerable.Repeat("Where can we get married?", 400)])).Succeeded();
        JsonElement second = Json(Run("quickstart", "--model", TinyModels.Sentence(), "--json"));
        Assert.Equal((index, 700, 0), (second.GetProperty("index").GetString(), second.GetProperty("documents").GetInt32(), second.GetProperty("stored").GetInt32()));
        Assert.Equal(first.GetProperty("queries").GetRawText(), second.GetProperty("queries").GetRawText());

        // Another model cannot use these vectors: it gets an index of its own, and nothing is lost.
        JsonElement other = Json(Run("quickstart", "--model", TinyModels.Sentence("prompts"), "--json"));
        Assert.NotEqual(index, other.GetProperty("index").GetString());
    }

    [Fact]
    public void Quickstart_ForPeople_PrintsATableAndWhatToTypeNext()
    {
        AkinResult result = Run("quickstart", "--model", TinyModels.Sentence(), "--index", _home["sample.akin"]).Succeeded();
        Assert.Contains("Indexing 300", result.Error);
        string[] lines = result.Output.Split('\n');
        string[] table = lines[..(QuickstartVerb.Queries.Count + 1)];
        int[] columns = [.. table.Skip(1).Select(line => TerminalText.Width(line[..(line.IndexOf('→', StringComparison.Ordinal) - 3)]))];
        Assert.All(columns, column => Assert.Equal(TerminalText.Width(table[0][..table[0].IndexOf("answers in", StringComparison.Ordinal)]), column));
        Assert.Contains($"search --index {_home["sample.akin"]}", result.Output);
        Assert.Contains("index add --model", result.Output);
        Assert.Contains("train sentence --model", result.Output);

        AkinResult again = Run("quickstart", "--model", TinyModels.Sentence(), "--index", _home["sample.akin"]).Succeeded();
        Assert.Equal("", again.Error);
        Assert.Equal(table, again.Output.Split('\n')[..table.Length]);
    }

    [Fact]
    public void Quickstart_WithTheDefaultModel_FindsTheAnswers()
    {
        JsonElement answers = Json(Run("quickstart", "--json")).GetProperty("queries");
        Assert.Equal(QuickstartVerb.Queries.Select(query => query.Expected), answers.EnumerateArray().Select(answer => answer.GetProperty("id").GetString()));
    }

    [Theory]
    [InlineData("", 0)]
    [InlineData("abc é…", 6)]
    [InlineData("e\u0301", 1)]
    [InlineData("도서관 책", 9)]
    [InlineData("\u1112\u1161\u11AB", 2)]
    [InlineData("鞋子太小？", 10)]
    [InlineData("😀", 2)]
    public void TerminalText_Width_CountsCells(string text, int cells)
    {
        Assert.Equal(cells, TerminalText.Width(text));
        Assert.Equal(12, TerminalText.Width(TerminalText.Pad(text, 12)));
    }

    [Theory]
    [InlineData("도서관", 6, "도서관")]
    [InlineData("도서관 책", 6, "도서…")]
    [InlineData("도서관 책", 8, "도서관…")]
    [InlineData("libraries", 6, "libra…")]
    public void TerminalText_Cut_FillsAtMostItsCells(string text, int cells, string expected) => Assert.Equal(expected, TerminalText.Cut(text, cells));

    private static string LanguageOf(TextRecord entry) => entry.Metadata!["lang"]!.GetValue<string>();

    private static string LanguageOfScript(string text) =>
        text.Any(letter => letter is >= '\uAC00' and <= '\uD7A3') ? "ko"
        : text.Any(letter => letter is >= '\u4E00' and <= '\u9FFF') ? "zh"
        : "en";

    private AkinResult Run(params string[] arguments)
    {
        using AkinProcess process = AkinProcess.Start(arguments, new Dictionary<string, string> { ["AKIN_HOME"] = _home[""], ["AKIN_THREADS"] = "1", ["HF_HUB_OFFLINE"] = "1" });
        return process.Wait();
    }

    private static JsonElement Json(AkinResult result) => JsonDocument.Parse(result.Succeeded().Output).RootElement;
}
