using System.Text.Json.Nodes;

namespace Akin.Tokenizers.Tests;

/// <summary>Reading and writing of tokenizer folders.</summary>
public class FileTests
{
    public static TheoryData<string> SmallFolders =>
    [
        "models/tokenizers/bert", "models/tokenizers/distilbert", "models/tokenizers/electra", "models/tokenizers/mpnet", "models/tokenizers/roberta-bert-tokenizer",
        "tokenizers/transformers4/folders/bert-fast", "tokenizers/save_pretrained/small-bert",
    ];

    private static readonly string[] Probes =
    [
        "Hello world, café!", "안녕하세요 今天", "a [MASK] b <mask> c </s> <tag> x", "", "newword [E1][E2] unbelievable", "  THE   end ", "the\u00A0engine's 3.5 percent <s>",
    ];

    [Theory]
    [MemberData(nameof(SmallFolders))]
    public void Save_OfALoadedFolder_IsEqualAsJsonAndLoadsAgain(string folder)
    {
        string source = Repository.Golden(folder.Split('/'));
        Tokenizer tokenizer = AutoTokenizer.FromPretrained(source);
        using TemporaryFolder saved = new();
        tokenizer.SavePretrained(saved.Path);

        Assert.True(JsonNode.DeepEquals(Parse(Path.Combine(source, "tokenizer.json")), Parse(Path.Combine(saved.Path, "tokenizer.json"))));
        if (File.Exists(Path.Combine(source, "vocab.txt")))
            Assert.Equal(File.ReadAllText(Path.Combine(source, "vocab.txt")), File.ReadAllText(Path.Combine(saved.Path, "vocab.txt")));

        Tokenizer again = AutoTokenizer.FromPretrained(saved.Path);
        Assert.Equal(tokenizer.Settings.SpecialTokens with { Additional = [] }, again.Settings.SpecialTokens with { Additional = [] });
        Assert.Equal(tokenizer.Settings.SpecialTokens.Additional, again.Settings.SpecialTokens.Additional);
        Assert.Equal(tokenizer.Settings.ModelMaximumLength, again.Settings.ModelMaximumLength);
        Assert.Equal(tokenizer.AddedTokens, again.AddedTokens);
        AssertSameEncodings(tokenizer, again);

        // The same again without tokenizer.json: what the slow classes of Python read.
        File.Delete(Path.Combine(saved.Path, "tokenizer.json"));
        AssertSameEncodings(tokenizer, AutoTokenizer.FromPretrained(saved.Path));
    }

    [Fact]
    public void Save_OfATransformers5Folder_WritesWhatTransformers4Reads()
    {
        Tokenizer tokenizer = AutoTokenizer.FromPretrained(GoldenFile.Tokenizers("save_pretrained", "small-bert"));
        Assert.Equal(["[E1]", "[E2]"], tokenizer.Settings.SpecialTokens.Additional);
        using TemporaryFolder saved = new();
        tokenizer.SavePretrained(saved.Path);
        JsonNode config = Parse(Path.Combine(saved.Path, "tokenizer_config.json"));
        Assert.Null(config["extra_special_tokens"]);
        Assert.Equal("""["[E1]","[E2]"]""", config["additional_special_tokens"]!.ToJsonString());
        Assert.Equal("[CLS]", (string?)Parse(Path.Combine(saved.Path, "special_tokens_map.json"))["cls_token"]);
    }

    [Fact]
    public void Save_OfATokenizerMadeInCode_LoadsAgain()
    {
        Tokenizer tokenizer = Samples.Bert(stripAccents: false);
        tokenizer.AddTokens(new AddedToken("신조어") { SingleWord = true, Normalized = true });
        using TemporaryFolder saved = new();
        tokenizer.SavePretrained(saved.Path);
        Tokenizer again = AutoTokenizer.FromPretrained(saved.Path);
        Assert.Equal(tokenizer.AddedTokens, again.AddedTokens);
        Assert.Equal(tokenizer.Settings.SpecialTokens with { Additional = [] }, again.Settings.SpecialTokens with { Additional = [] });
        AssertSameEncodings(tokenizer, again);
    }

    [Fact]
    public void StoredSections_AreReadAndApplyOnlyWhenAsked()
    {
        JsonNode json = Parse(GoldenFile.Tokenizers("save_pretrained", "small-bert", "tokenizer.json"));
        json["truncation"] = JsonNode.Parse("""{"direction": "Left", "max_length": 8, "strategy": "OnlyFirst", "stride": 2}""");
        json["padding"] = JsonNode.Parse("""{"strategy": {"Fixed": 12}, "direction": "Left", "pad_to_multiple_of": null, "pad_id": 7, "pad_type_id": 1, "pad_token": "[X]"}""");
        Tokenizer tokenizer = Tokenizer.Parse(System.Text.Encoding.UTF8.GetBytes(json.ToJsonString()));
        Assert.Equal(new Truncation(8) { Strategy = TruncationStrategy.OnlyFirst, Stride = 2, Side = Side.Left }, tokenizer.StoredTruncation);
        Assert.Equal(new Padding { Strategy = PaddingStrategy.MaximumLength, Length = 12, Side = Side.Left, TokenId = 7, TypeId = 1, Token = "[X]" }, tokenizer.StoredPadding);
        string text = "The ferry to the island leaves at nine.";
        Assert.True(tokenizer.Encode(text).Length > 8);
        Encoding encoding = tokenizer.Encode(text, options: new EncodeOptions { Truncation = tokenizer.StoredTruncation, Padding = tokenizer.StoredPadding });
        Assert.Equal([7, 7, 7, 7], encoding.Ids[..4]);
        Assert.Equal([0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1], encoding.AttentionMask);
    }

    [Fact]
    public void VocabularyFile_WithoutConfig_IsUncasedBert()
    {
        using TemporaryFolder folder = new();
        folder.Write("vocab.txt", "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\nhello\r\ncafe\n\u2028\nlast");
        Tokenizer tokenizer = AutoTokenizer.FromPretrained(folder.Path);
        Assert.Equal([2, 5, 6, 8, 1, 3], tokenizer.Encode("HELLO café last next").Ids);
        Assert.Equal(9, tokenizer.VocabularySize);
        Assert.Equal("\u2028", tokenizer.IdToToken(7));
        Assert.EndsWith("vocab.txt", tokenizer.Origin, StringComparison.Ordinal);
    }

    [Fact]
    public void VocabularyFile_TokenTwice_LastLineCounts()
    {
        using TemporaryFolder folder = new();
        folder.Write("vocab.txt", "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\na\nb\na\n");
        Tokenizer tokenizer = AutoTokenizer.FromPretrained(folder.Path);
        Assert.Equal([2, 7, 6, 3], tokenizer.Encode("a b").Ids);
        Assert.Null(tokenizer.IdToToken(5));
    }

    [Fact]
    public void VocabularyFile_Settings_AreObeyed()
    {
        const string Vocabulary = "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\nÉa\nea\néa\n中文\nx.\n";
        Assert.Equal([2, 6, 1, 1, 1, 1, 3], Ids("{}"));
        Assert.Equal([2, 5, 1, 1, 1, 1, 3], Ids("""{"do_lower_case": false}"""));
        Assert.Equal([2, 7, 1, 1, 1, 1, 3], Ids("""{"strip_accents": false}"""));
        Assert.Equal([2, 6, 8, 1, 1, 3], Ids("""{"tokenize_chinese_chars": false}"""));
        Assert.Equal([2, 5, 8, 9, 3], Ids("""{"do_basic_tokenize": false}"""));

        static int[] Ids(string config)
        {
            using TemporaryFolder folder = new();
            folder.Write("vocab.txt", Vocabulary);
            folder.Write("tokenizer_config.json", config);
            return AutoTokenizer.FromPretrained(folder.Path).Encode("Éa 中文 x.").Ids;
        }
    }

    [Fact]
    public void OldAddedTokensFile_IsRead()
    {
        using TemporaryFolder folder = new();
        folder.Write("vocab.txt", "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\na\n");
        folder.Write("added_tokens.json", """{"[E1]": 7, "newword": 6}""");
        folder.Write("special_tokens_map.json", """{"additional_special_tokens": ["[E1]"], "mask_token": {"content": "[MASK]", "lstrip": false}}""");
        Tokenizer tokenizer = AutoTokenizer.FromPretrained(folder.Path);
        Assert.Equal([2, 5, 6, 7, 4, 3], tokenizer.Encode("a NEWWORD [E1] [MASK]").Ids);
        Assert.Equal("a newword", tokenizer.Decode([2, 5, 6, 7, 3]));
    }

    /// <summary>KoBERT: the pieces of SentencePiece, the ids of a vocab.txt that has them in another order, BERT's special tokens.</summary>
    [Fact]
    public void KoBert_Files_GiveThePiecesOfSentencePieceAndTheIdsOfTheVocabulary()
    {
        string model = GoldenFile.Tokenizers("sentencepiece", "unigram.model");
        Tokenizer pieces = AutoTokenizer.FromPretrained(model);
        string[] vocabulary = ["[UNK]", "[PAD]", "[CLS]", "[SEP]", "[MASK]", .. SentencePiece.SentencePieceFile.Read(model).Pieces.Select(static piece => piece.Text).Skip(3).Reverse()];
        using TemporaryFolder folder = new();
        folder.Write("vocab.txt", string.Join('\n', vocabulary) + "\n");
        folder.Write("tokenizer_config.json", """{"tokenizer_class": "KoBertTokenizer"}""");
        File.Copy(model, Path.Combine(folder.Path, "tokenizer_78b3253a26.model"));
        Tokenizer tokenizer = AutoTokenizer.FromPretrained(folder.Path);
        foreach (string text in Probes)
        {
            string[] expected = pieces.Tokenize(text.Trim());
            if (text.Contains("[MASK]", StringComparison.Ordinal) || text.Contains('é'))
                continue; // a special token here and not there; accents are taken away here
            Same.Lists(text, expected, tokenizer.Tokenize(text));
            int[] ids = [2, .. expected.Select(piece => Math.Max(Array.IndexOf(vocabulary, piece), 0)), 3];
            Same.Lists(text, ids, tokenizer.Encode(text).Ids);
        }
        Assert.Equal([2, 0, 3], [.. tokenizer.Encode("\u4DC0").Ids.Where(static id => id < 5)]);
        Assert.Equal("The end", tokenizer.Decode(tokenizer.Encode(" The  end ").Ids));

        using TemporaryFolder saved = new();
        tokenizer.SavePretrained(saved.Path);
        AssertSameEncodings(tokenizer, AutoTokenizer.FromPretrained(saved.Path));
    }

    [Theory]
    [InlineData("CamembertTokenizer", "sentencepiece.bpe.model", "<s>", "</s>", 4)]
    [InlineData("BigBirdTokenizer", "spiece.model", "[CLS]", "[SEP]", 0)]
    [InlineData("DebertaV2Tokenizer", "spm.model", "[CLS]", "[SEP]", 0)]
    public void SentencePieceClass_OfTheSameModel_DiffersInIdsAndEnds(string name, string file, string first, string end, int shift)
    {
        using TemporaryFolder folder = new();
        File.Copy(GoldenFile.Tokenizers("sentencepiece", "unigram.model"), Path.Combine(folder.Path, file));
        Tokenizer tokenizer = AutoTokenizer.FromFolder(folder.Path, name), pieces = AutoTokenizer.FromPretrained(GoldenFile.Tokenizers("sentencepiece", "unigram.model"));
        const string Text = "The ferry to the island";
        Encoding encoding = tokenizer.Encode(Text);
        Assert.Equal([first, .. pieces.Tokenize(Text), end], encoding.Tokens);
        Assert.Equal([.. pieces.Encode(Text).Ids.Select(id => id + shift)], encoding.Ids[1..^1]);
        Assert.Equal(tokenizer.ClassificationId, encoding.Ids[0]);
        Assert.Equal(tokenizer.SeparatorId, encoding.Ids[^1]);
    }

    [Fact]
    public void OpenAiGptFiles_AreCutAtWordsAndMarkTheirEnds()
    {
        using TemporaryFolder folder = new();
        folder.Write("vocab.json", """{"<unk>": 0, "a": 1, "b": 2, "b</w>": 3, "ab</w>": 4, ".</w>": 5}""");
        folder.Write("merges.txt", "#version: 0.2\na b</w>\n");
        folder.Write("config.json", """{"model_type": "openai-gpt"}""");
        Tokenizer tokenizer = AutoTokenizer.FromPretrained(folder.Path);
        Assert.Equal([4, 5, 4, 0], tokenizer.Encode("AB. ab c").Ids);
        Assert.Equal("vocab.json as OpenAIGPTTokenizer, named by config.json", tokenizer.Description);
        Assert.Equal("ab .", tokenizer.Decode([4, 5]));
    }

    private static JsonNode Parse(string file) => JsonNode.Parse(File.ReadAllText(file))!;

    private static void AssertSameEncodings(Tokenizer expected, Tokenizer actual)
    {
        foreach (string text in Probes)
        {
            Encoding first = expected.Encode(text, "pair " + text), second = actual.Encode(text, "pair " + text);
            Same.Lists(text, first.Ids, second.Ids);
            Same.Lists(text, first.TypeIds, second.TypeIds);
            Same.Lists(text, first.Offsets, second.Offsets);
            Assert.Equal(expected.Decode(first.Ids), actual.Decode(first.Ids));
        }
    }
}
