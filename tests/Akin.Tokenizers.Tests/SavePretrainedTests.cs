using System.Text.Json;
using System.Text.Json.Nodes;
using Akin.Tokenizers.SentencePiece;

namespace Akin.Tokenizers.Tests;

/// <summary>Folders as Python writes them: read with Python's ids, written again as they were, and read back equal.</summary>
public class SavePretrainedTests
{
    private const string TestModel = "sentencepiece-tests/test_sentencepiece.model";

    private static readonly string[] Probes =
    [
        "Hello world, café!", "안녕하세요 今天", "a [MASK] b <mask> c </s> <tag> x", "", "newword [E1][E2] unbelievable", "  THE   end ", "the\u00A0engine's 3.5 percent <s>",
    ];

    [SharedTheory("data/tokenizers")]
    [InlineData("bert-fast", null)]
    [InlineData("bert-slow", null)]
    [InlineData("generic-fast", null)]
    [InlineData("gpt2-fast", null)]
    [InlineData("roberta-slow", null)]
    [InlineData("t5-fast", "spiece.model")]
    [InlineData("xlm-roberta-fast", "sentencepiece.bpe.model")]
    public void FolderOfTransformers4_SavedAgain_HasTheSameFiles(string name, string? model)
    {
        JsonElement facts = GoldenFile.Json(GoldenFile.Tokenizers("transformers4", "summary.json")).GetProperty("folders").GetProperty(name);
        using TemporaryFolder folder = CopyOf(GoldenFile.Tokenizers("transformers4", "folders", name), model);
        Tokenizer tokenizer = AutoTokenizer.FromPretrained(folder.Path);
        AssertIds(facts, tokenizer);

        using TemporaryFolder saved = new();
        tokenizer.SavePretrained(saved.Path);
        foreach (JsonProperty file in facts.GetProperty("files").EnumerateObject())
        {
            string source = Path.Combine(folder.Path, file.Name), target = Path.Combine(saved.Path, file.Name);
            if (file.Name.EndsWith(".json", StringComparison.Ordinal))
                AssertSameJson(source, target);
            else
                Assert.Equal(File.ReadAllBytes(source), File.ReadAllBytes(target));
        }
        AssertSame(tokenizer, AutoTokenizer.FromPretrained(saved.Path));
        if (name != "generic-fast")
        {
            // What the slow classes of Python read.
            File.Delete(Path.Combine(saved.Path, "tokenizer.json"));
            AssertSame(tokenizer, AutoTokenizer.FromPretrained(saved.Path));
        }
    }

    [SharedTheory("data/tokenizers")]
    [InlineData("small-bert")]
    [InlineData("small-generic")]
    [InlineData("small-gpt2")]
    [InlineData("small-roberta")]
    [InlineData("small-t5")]
    [InlineData("small-xlm-roberta")]
    public void FolderOfTransformers5_SavedAgain_IsLaidOutAsVersion4Reads(string name)
    {
        JsonElement facts = GoldenFile.Json(GoldenFile.Tokenizers("save_pretrained", "listing.json")).GetProperty("folders").GetProperty(name);
        string folder = GoldenFile.Tokenizers("save_pretrained", name);
        Tokenizer tokenizer = AutoTokenizer.FromPretrained(folder);
        AssertIds(facts, tokenizer);

        using TemporaryFolder saved = new();
        tokenizer.SavePretrained(saved.Path);
        AssertSameJson(Path.Combine(folder, "tokenizer.json"), Path.Combine(saved.Path, "tokenizer.json"));
        JsonNode config = Parse(Path.Combine(saved.Path, "tokenizer_config.json"));
        Assert.NotEqual("TokenizersBackend", (string?)config["tokenizer_class"]);
        Assert.False(config["extra_special_tokens"] is JsonArray);
        AssertSame(tokenizer, AutoTokenizer.FromPretrained(saved.Path));
    }

    [SharedTheory("data/tokenizers")]
    [InlineData("bert-base-cased", "vocab.txt")]
    [InlineData("koelectra", "vocab.txt")]
    [InlineData("roberta-base", "vocab.json merges.txt")]
    [InlineData("gpt2", "vocab.json merges.txt")]
    [InlineData("clip-vit-base-patch32", "vocab.json merges.txt")]
    [InlineData("albert-base", "spiece.model")]
    [InlineData("xlnet-zh", "spiece.model")]
    [InlineData("llama2", "tokenizer.model")]
    [InlineData("spm-unigram-as-xlm-roberta", "sentencepiece.bpe.model")]
    [InlineData("spm-unigram-as-t5", "spiece.model")]
    [InlineData("spm-bpe-as-llama", "tokenizer.model")]
    public void Family_Saved_IsReadBackEqual(string family, string files)
    {
        Tokenizer tokenizer = Families.LoadNew(family, fromVocabulary: true);
        using TemporaryFolder saved = new();
        tokenizer.SavePretrained(saved.Path);
        AssertSame(tokenizer, AutoTokenizer.FromPretrained(saved.Path));
        if (tokenizer.ModelFile is null) // else the model is gone with the folder that the tokenizer was made from, and Python would not save it either
        {
            Assert.All(files.Split(' '), file => Assert.True(File.Exists(Path.Combine(saved.Path, file)), file));
            File.Delete(Path.Combine(saved.Path, "tokenizer.json"));
            AssertSame(tokenizer, AutoTokenizer.FromPretrained(saved.Path));
        }
    }

    [SharedTheory("data/tokenizers")]
    [InlineData("bert-base-uncased")]
    [InlineData("bert-base-chinese")]
    [InlineData("bert-base-multilingual-cased")]
    [InlineData("clip-vit-base-patch32")]
    [InlineData("ort-nmt-joint")]
    [InlineData("roberta-base")]
    [InlineData("t5-small")]
    public void PublishedFile_WrittenAgain_IsEqualAsJson(string family)
    {
        string source = Repository.Shared("data", "tokenizers", family, "tokenizer.json");
        using TemporaryFolder saved = new();
        AutoTokenizer.FromPretrained(source).SavePretrained(saved.Path);
        AssertSameJson(source, Path.Combine(saved.Path, "tokenizer.json"));
    }

    [SharedFact("data/tokenizers")]
    public void Marian_Saved_KeepsBothModelsAndIsReadBackEqual()
    {
        string source = Repository.Shared("data", "tokenizers", "opus-mt-tc-big-fr-en");
        Tokenizer tokenizer = AutoTokenizer.FromPretrained(source);
        using TemporaryFolder saved = new();
        tokenizer.SavePretrained(saved.Path);
        foreach (string file in new[] { "source.spm", "target.spm" })
            Assert.Equal(File.ReadAllBytes(Path.Combine(source, file)), File.ReadAllBytes(Path.Combine(saved.Path, file)));
        AssertSameJson(Path.Combine(source, "vocab.json"), Path.Combine(saved.Path, "vocab.json"));
        Assert.False(File.Exists(Path.Combine(saved.Path, "tokenizer.json")));
        Tokenizer again = AutoTokenizer.FromPretrained(saved.Path);
        AssertSame(tokenizer, again);
        AssertSame(tokenizer.Target!, again.Target!);
    }

    [Fact]
    public void SentencePieceModel_Saved_IsReadBackEqual()
    {
        string source = GoldenFile.Tokenizers("sentencepiece", "unigram-symbols.model");
        Tokenizer tokenizer = AutoTokenizer.FromPretrained(source);
        using TemporaryFolder saved = new();
        tokenizer.SavePretrained(saved.Path);
        Assert.Equal(File.ReadAllBytes(source), File.ReadAllBytes(Path.Combine(saved.Path, "tokenizer.model")));
        Tokenizer again = AutoTokenizer.FromPretrained(saved.Path);
        Assert.IsType<SentencePieceModel>(again.Model);
        AssertSame(tokenizer, again);
    }

    private static TemporaryFolder CopyOf(string folder, string? model)
    {
        TemporaryFolder copy = model is null ? new TemporaryFolder() : Families.CopyOf($"{TestModel}->{model}");
        foreach (string file in Directory.GetFiles(folder))
            File.Copy(file, Path.Combine(copy.Path, Path.GetFileName(file)));
        return copy;
    }

    private static void AssertIds(JsonElement facts, Tokenizer tokenizer)
    {
        string[] texts = facts.GetProperty("texts").Strings();
        for (int i = 0; i < texts.Length; i++)
            Same.Lists(texts[i], facts.GetProperty("ids")[i].Ints(), tokenizer.Encode(texts[i]).Ids);
    }

    private static void AssertSame(Tokenizer expected, Tokenizer actual)
    {
        Assert.Equal(expected.Settings.SpecialTokens with { Additional = [] }, actual.Settings.SpecialTokens with { Additional = [] });
        Assert.Equal(expected.Settings.SpecialTokens.Additional, actual.Settings.SpecialTokens.Additional);
        Assert.Equal(expected.Settings.ModelMaximumLength, actual.Settings.ModelMaximumLength);
        Assert.Equal(expected.Settings.PaddingSide, actual.Settings.PaddingSide);
        Assert.Equal(expected.AddedTokens, actual.AddedTokens);
        Assert.Equal(expected.VocabularySize, actual.VocabularySize);
        foreach (string text in Probes)
        {
            Encoding first = expected.Encode(text, "pair " + text), second = actual.Encode(text, "pair " + text);
            Same.Lists(text, first.Ids, second.Ids);
            Same.Lists(text, first.TypeIds, second.TypeIds);
            Same.Lists(text, first.Offsets, second.Offsets);
            Same.Values(text, expected.Decode(first.Ids), actual.Decode(first.Ids));
        }
    }

    private static void AssertSameJson(string expected, string actual)
    {
        JsonNode first = Parse(expected), second = Parse(actual);
        if (JsonNode.DeepEquals(first, second))
            return;
        string[] differing = [.. first.AsObject().Select(static field => field.Key).Union(second.AsObject().Select(static field => field.Key))
            .Where(name => !JsonNode.DeepEquals(first[name], second[name]))];
        static string Start(JsonNode? node) => node?.ToJsonString() is { } text ? text[..Math.Min(text.Length, 600)] : "nothing";
        Assert.Fail(string.Join('\n', differing.Select(name => $"{Path.GetFileName(expected)} {name}\nexpected {Start(first[name])}\nactual   {Start(second[name])}")));
    }

    private static JsonNode Parse(string file) => JsonNode.Parse(File.ReadAllText(file))!;
}
