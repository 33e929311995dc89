using System.IO.Compression;
using System.Text.Json;

namespace Akin.Cli.Tests;

/// <summary><c>akin tokenize</c> against the ids, tokens and offsets of the reference tokenizers.</summary>
public sealed class TokenizeVerbTests : IDisposable
{
    private static readonly string SmallBert = Repository.Golden("tokenizers", "save_pretrained", "small-bert");

    private readonly string _folder = Directory.CreateTempSubdirectory("akin-cli-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [SharedTheory("data/tokenizers")]
    [InlineData("bert-base-uncased")]
    [InlineData("bert-base-chinese")]
    [InlineData("bert-base-multilingual-cased")]
    public void Tokenize_OfTheGoldenTexts_EqualsTheReference(string family)
    {
        string[] actual = Run("--model", Repository.Shared("data", "tokenizers", family), "--input", Repository.Golden("tokenizers", "texts.jsonl"), "--json");
        JsonElement[] expected = Golden("families", family + ".jsonl.gz");
        Assert.Equal(546, actual.Length);
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < actual.Length; i++)
        {
            AssertEqual(expected[i], actual[i], "offsets_utf16");
        }
    }

    [SharedTheory("data/tokenizers")]
    [InlineData(7)]
    [InlineData(12)]
    [InlineData(20)]
    [InlineData(null)]
    public void Tokenize_OfPairs_EqualsTheReference(int? maxLength)
    {
        JsonElement[] calls = [.. Golden("matrix", "bert-base-uncased.jsonl.gz").Where(call => IsPair(call, maxLength))];
        Assert.True(calls.Length >= 3);
        string first = Texts("first.jsonl", calls.Select(call => call.GetProperty("args").GetProperty("text")));
        string second = Texts("second.jsonl", calls.Select(call => call.GetProperty("args").GetProperty("text_pair")));
        string[] cut = maxLength is { } length ? ["--max-length", $"{length}"] : [];

        string[] actual = Run(["--model", Repository.Shared("data", "tokenizers", "bert-base-uncased"), "--input", first, "--pair", second, "--json", .. cut]);

        Assert.Equal(calls.Length, actual.Length);
        for (int i = 0; i < actual.Length; i++)
        {
            AssertEqual(calls[i].GetProperty("encodings")[0], actual[i], offsets: null);
        }
    }

    [Fact]
    public void Tokenize_ForPeople_PrintsTokens()
    {
        AkinResult result = AkinProcess.RunWithInput("The river and the hill\n\n", "tokenize", "--model", SmallBert, "--input", "-");
        string[] lines = result.Succeeded().Output.Split('\n');
        Assert.StartsWith("[CLS] ", lines[0]);
        Assert.EndsWith(" [SEP]", lines[0]);
        Assert.Equal(["[CLS] [SEP]", ""], lines[1..]); // an empty line is a text too: line n of the output is line n of the input
    }

    [Fact]
    public void Tokenize_OfPairsOfUnequalNumber_IsRefused()
    {
        string one = WriteFile("one.txt", "a\n"), two = WriteFile("two.txt", "a\nb\n");
        AkinResult result = AkinProcess.Run("tokenize", "--model", SmallBert, "--input", one, "--pair", two);
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("one.txt' ends after 1 texts", result.Error);
    }

    [Fact]
    public void Tokenize_WithBadInput_NamesWhatAndWhere()
    {
        string text = WriteFile("good.txt", "a\n");
        AkinProcess.Run("tokenize", "--model", SmallBert, "--input", Path.Combine(_folder, "none.txt")).Refused("none.txt");
        AkinProcess.Run("tokenize", "--model", SmallBert, "--input", WriteFile("empty.txt", "")).Refused("empty.txt", "empty");
        AkinProcess.Run("tokenize", "--model", SmallBert, "--input", WriteFile("bad.jsonl", "\n{text}\n")).Refused("bad.jsonl, line 2", "not JSON");
        AkinProcess.Run("tokenize", "--model", _folder, "--input", text).Refused(_folder, "tokenizer.json");
        AkinProcess.Run("tokenize", "--model", Path.Combine(_folder, "none"), "--input", text).Refused("no folder");
        AkinProcess.Run("tokenize", "--model", SmallBert, "--input", text, "--max-length", "0").Refused("--max-length must be 1 or more");
    }

    private static bool IsPair(JsonElement call, int? maxLength)
    {
        JsonElement arguments = call.GetProperty("args");
        if (!call.TryGetProperty("encodings", out _) || !IsString(arguments, "text") || !IsString(arguments, "text_pair") || arguments.TryGetProperty("padding", out _))
        {
            return false;
        }

        bool cutsLongest = arguments.TryGetProperty("truncation", out JsonElement truncation) && truncation.ToString() is "True" or "longest_first";
        return (maxLength is null ? !arguments.TryGetProperty("truncation", out _) : cutsLongest && arguments.GetProperty("max_length").GetInt32() == maxLength)
            && (!arguments.TryGetProperty("add_special_tokens", out JsonElement special) || special.GetBoolean())
            && (!arguments.TryGetProperty("stride", out JsonElement stride) || stride.GetInt32() == 0)
            && (!arguments.TryGetProperty("truncation_side", out JsonElement side) || side.GetString() == "right");
    }

    private static bool IsString(JsonElement arguments, string name) =>
        arguments.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String && value.GetString()!.Length > 0;

    private static void AssertEqual(JsonElement expected, string line, string? offsets)
    {
        JsonElement actual = JsonDocument.Parse(line).RootElement;
        Assert.Equal(["ids", "tokens", "type_ids", "special_tokens_mask", "offsets"], actual.EnumerateObject().Select(property => property.Name));
        foreach (string name in new[] { "ids", "type_ids", "special_tokens_mask" })
        {
            Assert.Equal(Numbers(expected.GetProperty(name)), Numbers(actual.GetProperty(name)));
        }

        if (expected.TryGetProperty("tokens", out JsonElement tokens))
        {
            Assert.Equal(tokens.EnumerateArray().Select(token => token.GetString()), actual.GetProperty("tokens").EnumerateArray().Select(token => token.GetString()));
        }

        if (offsets is not null)
        {
            Assert.Equal(Numbers(expected.GetProperty(offsets)), actual.GetProperty("offsets").EnumerateArray().SelectMany(Numbers));
        }
    }

    private static IEnumerable<int> Numbers(JsonElement list) => list.EnumerateArray().Select(number => number.GetInt32());

    private static JsonElement[] Golden(params string[] parts)
    {
        using StreamReader reader = new(new GZipStream(File.OpenRead(Repository.Golden(["tokenizers", .. parts])), CompressionMode.Decompress));
        return [.. reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement)];
    }

    private static string[] Run(params string[] arguments) =>
        AkinProcess.Run(["tokenize", .. arguments]).Succeeded().Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    private string Texts(string name, IEnumerable<JsonElement> texts) =>
        WriteFile(name, string.Concat(texts.Select(text => JsonSerializer.Serialize(new { text = text.GetString() }) + "\n")));

    private string WriteFile(string name, string content)
    {
        string path = Path.Combine(_folder, name);
        File.WriteAllText(path, content);
        return path;
    }
}
