using System.Text.Json;

namespace Akin.Cli.Tests;

/// <summary>Looking at tokenizers: <c>akin tokenize --explain|--decode</c>, <c>akin tokenizer info|convert</c>.</summary>
public sealed class TokenizerVerbTests : IDisposable
{
    private static readonly string SmallBert = Repository.Golden("tokenizers", "save_pretrained", "small-bert");

    private readonly string _folder = Directory.CreateTempSubdirectory("akin-cli-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Explain_ShowsEveryStageInOrder()
    {
        string[] lines = AkinProcess.RunWithInput("The River\n", "tokenize", "--model", SmallBert, "--input", "-", "--explain").Succeeded().Output.Split('\n');
        Assert.Equal(
            ["text", "added", "normalizer", "pre-tokenizer", "model", "post-processor", "ids"], lines.TakeWhile(static line => line.Length > 0).Select(static line => line.Split(' ')[0]));
        Assert.EndsWith("The River", lines[0]);
        Assert.EndsWith("The River", lines[2]);
        Assert.EndsWith("The│River", lines[3]);
        Assert.Contains("[CLS]│", lines[5]);
    }

    [Fact]
    public void Explain_AsJson_HasTheTokensOfTheEncoding()
    {
        string output = AkinProcess.RunWithInput("The River\n", "tokenize", "--model", SmallBert, "--input", "-", "--explain", "--json").Succeeded().Output;
        JsonElement last = JsonDocument.Parse(output).RootElement.EnumerateArray().Last();
        string plain = AkinProcess.RunWithInput("The River\n", "tokenize", "--model", SmallBert, "--input", "-").Succeeded().Output;
        Assert.Equal("post-processor", last.GetProperty("stage").GetString());
        Assert.Equal(plain.TrimEnd('\n').Split(' '), last.GetProperty("pieces").EnumerateArray().Select(static piece => piece.GetString()));
    }

    [Fact]
    public void Decode_OfWhatTokenizeWrote_GivesTheTextsBack()
    {
        string json = AkinProcess.RunWithInput("the river\nthe hill\n", "tokenize", "--model", SmallBert, "--input", "-", "--json").Succeeded().Output;
        Assert.Equal("the river\nthe hill\n", AkinProcess.RunWithInput(json, "tokenize", "--model", SmallBert, "--input", "-", "--decode").Succeeded().Output);

        string ids = JsonDocument.Parse(json.Split('\n')[0]).RootElement.GetProperty("ids").GetRawText();
        Assert.Equal("{\"text\":\"the river\"}\n", AkinProcess.RunWithInput(ids, "tokenize", "--model", SmallBert, "--input", "-", "--decode", "--json").Succeeded().Output);
    }

    [Fact]
    public void Decode_WithBadInput_NamesTheLine()
    {
        string file = Path.Combine(_folder, "ids.jsonl");
        File.WriteAllText(file, "\n[\"two\"]\n");
        AkinProcess.Run("tokenize", "--model", SmallBert, "--input", file, "--decode").Refused("ids.jsonl, line 2", "[101, 7592, 102]");
        AkinProcess.Run("tokenize", "--model", SmallBert, "--input", file, "--decode", "--explain").Refused("--explain and --decode");
    }

    [Fact]
    public void Info_ShowsStagesAndSpecialTokens()
    {
        JsonElement info = JsonDocument.Parse(AkinProcess.Run("tokenizer", "info", "--model", SmallBert, "--json").Succeeded().Output).RootElement;
        Assert.Equal("WordPiece", info.GetProperty("model").GetString());
        Assert.Equal(
            ["BertNormalizer", "BertPreTokenizer", "WordPiece", "TemplateProcessing"],
            info.GetProperty("stages").EnumerateArray().Select(static stage => stage.GetProperty("component").GetString()));
        Assert.Contains(info.GetProperty("special_tokens").EnumerateArray(), static token => token.GetProperty("name").GetString() == "cls_token" && token.GetProperty("token").GetString() == "[CLS]");
        Assert.Contains("WordPiece", AkinProcess.Run("tokenizer", "info", "--model", SmallBert).Succeeded().Output);
    }

    [Fact]
    public void Convert_WritesAFolderThatEncodesTheSame()
    {
        string copy = Path.Combine(_folder, "copy");
        string files = AkinProcess.Run("tokenizer", "convert", "--model", SmallBert, "--output", copy).Succeeded().Output;
        Assert.Contains("tokenizer.json", files);
        string[] Encode(string model) => AkinProcess.RunWithInput("The river and the hill, née\n", "tokenize", "--model", model, "--input", "-", "--json").Succeeded().Output.Split('\n');
        Assert.Equal(Encode(SmallBert), Encode(copy));
        AkinProcess.Run("tokenizer", "convert", "--model", SmallBert, "--output", copy).Refused("copy' is there already");
    }

    [Theory]
    [InlineData("wordpiece", "WordPiece", "[CLS]")]
    [InlineData("bpe", "BPE", "<s>")]
    [InlineData("bbpe", "BPE", "<s>")]
    [InlineData("unigram", "Unigram", "<s>")]
    [InlineData("wordlevel", "WordLevel", "[CLS]")]
    public void Train_WritesAFolderWithThatModel(string type, string model, string first)
    {
        string folder = Path.Combine(_folder, type);
        JsonElement result = JsonDocument.Parse(AkinProcess.Run(
            "tokenizer", "train", "--type", type, "--vocab-size", "1000", "--files", Library, "--output", folder, "--special-tokens", "[Q]", "--json").Succeeded().Output).RootElement;
        Assert.Equal(model, result.GetProperty("model").GetString());
        Assert.True(File.Exists(Path.Combine(folder, "tokenizer.json")));

        string text = "책 [Q] How long may I keep a book?";
        JsonElement encoding = JsonDocument.Parse(AkinProcess.RunWithInput(text, "tokenize", "--model", folder, "--input", "-", "--json").Succeeded().Output).RootElement;
        string[] tokens = [.. encoding.GetProperty("tokens").EnumerateArray().Select(static token => token.GetString()!)];
        Assert.Equal(first, tokens[0]);
        Assert.Contains("[Q]", tokens);
        Assert.True(tokens.Length > 10);
        if (type is "bpe" or "bbpe" or "unigram") // those that keep spaces
        {
            string ids = encoding.GetProperty("ids").GetRawText();
            string decoded = AkinProcess.RunWithInput(ids, "tokenize", "--model", folder, "--input", "-", "--decode").Succeeded().Output;
            Assert.Equal(text.Replace("[Q] ", "").Replace(" ", ""), decoded.TrimEnd('\n').Replace(" ", ""));
        }
    }

    [Fact]
    public void Train_LikeAnotherTokenizer_KeepsItsPipeline()
    {
        string folder = Path.Combine(_folder, "like");
        AkinProcess.Run("tokenizer", "train", "--model", SmallBert, "--vocab-size", "300", "--files", Library, "--output", folder).Succeeded();
        JsonElement Info(string model) => JsonDocument.Parse(AkinProcess.Run("tokenizer", "info", "--model", model, "--json").Succeeded().Output).RootElement;
        Assert.Equal(Info(SmallBert).GetProperty("stages").GetRawText(), Info(folder).GetProperty("stages").GetRawText());
        Assert.NotEqual(Info(SmallBert).GetProperty("vocabulary_size").GetInt32(), Info(folder).GetProperty("vocabulary_size").GetInt32());
    }

    [Fact]
    public void Train_WithBadOptions_SaysWhat()
    {
        string folder = Path.Combine(_folder, "new");
        AkinProcess.Run("tokenizer", "train", "--files", Library, "--output", folder).Refused("--type");
        AkinProcess.Run("tokenizer", "train", "--type", "sentencepiece", "--files", Library, "--output", folder).Refused("wordpiece");
        AkinProcess.Run("tokenizer", "train", "--type", "bpe", "--files", Path.Combine(_folder, "none.txt"), "--output", folder).Refused("none.txt");
        AkinProcess.Run("tokenizer", "train", "--type", "unigram", "--vocab-size", "10", "--files", Library, "--output", folder).Refused("vocabulary");
        Assert.False(Directory.Exists(folder));
    }

    private static string Library => Path.Combine(Repository.Root, "samples", "data", "library.jsonl");
}
