using System.Text.Json.Nodes;
using Akin.Tokenizers.SentencePiece;

namespace Akin.Tokenizers.Tests;

/// <summary>Damaged vocabulary files of every kind: cut short at every byte, with bytes changed, with references to nowhere. A typed error names the file, or the file still makes sense.</summary>
public class HostileVocabularyTests
{
    private const string Unigram = """
        {"version": "1.0", "added_tokens": [], "normalizer": null, "pre_tokenizer": {"type": "Metaspace", "replacement": "▁", "prepend_scheme": "always", "split": true},
          "post_processor": null, "decoder": null, "model": {"type": "Unigram", "unk_id": 0, "vocab": [["<unk>", 0.0], ["▁a", -1.5], ["b", -2], ["\u0063", -3e0]], "byte_fallback": false}}
        """;

    private const string Bpe = """
        {"version": "1.0", "added_tokens": [], "normalizer": null, "pre_tokenizer": {"type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true, "use_regex": true},
          "model": {"type": "BPE", "dropout": null, "unk_token": null, "continuing_subword_prefix": "", "end_of_word_suffix": "", "fuse_unk": false, "byte_fallback": false,
            "ignore_merges": false, "vocab": {"a": 0, "b": 1, "c": 2, "ab": 3, "abc": 4}, "merges": [["a", "b"], ["ab", "c"]]}}
        """;

    public static TheoryData<string> Sound => [Unigram, Bpe, Bpe.Replace("""[["a", "b"], ["ab", "c"]]""", """["a b", "ab c"]""", StringComparison.Ordinal)];

    [Theory]
    [MemberData(nameof(Sound))]
    public void Json_TruncatedAtEveryByte_IsRefusedByName(string json)
    {
        byte[] whole = System.Text.Encoding.UTF8.GetBytes(json);
        Assert.NotEmpty(Tokenizer.Parse(whole).Encode("abc").Ids);
        for (int length = 0; length < whole.Length; length++)
        {
            TokenizerFileException problem = Assert.Throws<TokenizerFileException>(() => Tokenizer.Parse(whole.AsMemory(0, length), "some/tokenizer.json"));
            Assert.Equal("some/tokenizer.json", problem.File);
        }
    }

    [Theory]
    [MemberData(nameof(Sound))]
    public void Json_EveryByteChanged_LoadsOrIsRefused(string json)
    {
        byte[] whole = System.Text.Encoding.UTF8.GetBytes(json);
        Random random = new(3);
        for (int i = 0; i < whole.Length; i++)
        {
            byte[] damaged = [.. whole];
            damaged[i] = (byte)random.Next(256);
            LoadsOrIsRefused(() => Tokenizer.Parse(damaged));
        }
    }

    [Theory]
    [InlineData("model.merges", """[["a", "z"]]""", "model.merges[0]", "\"z\"")]
    [InlineData("model.merges", """[["b", "c"]]""", "model.merges[0]", "\"bc\"")]
    [InlineData("model.merges", """[["a", "b"], ["a", "b"]]""", "model.merges[1]", "twice")]
    [InlineData("model.merges", """[["a", "b", "c"]]""", "model.merges[0]", "two tokens")]
    [InlineData("model.merges", """["a b c"]""", "model.merges[0]", "two tokens")]
    [InlineData("model.merges", """[["a", 5]]""", "model.merges[0][1]", "a string was expected")]
    [InlineData("model.merges", "{}", "model.merges", "an array was expected")]
    [InlineData("model.merges", "null", "model.merges", "missing or null")]
    [InlineData("model.vocab", """{"a": 0, "b": 0}""", "model.vocab", "same id 0")]
    [InlineData("model.vocab", """{"a": 9999999999}""", "model.vocab", "found 9999999999")]
    [InlineData("model.vocab", """[["a", 0]]""", "model.vocab", "an object was expected")]
    [InlineData("model.dropout", "1.5", "model.dropout", "from 0 to 1")]
    [InlineData("pre_tokenizer", """{"type": "Split", "pattern": {"Regex": "(a"}, "behavior": "Isolated", "invert": false}""", "pre_tokenizer.pattern.Regex", "")]
    public void BpeField_WithAWrongValue_IsNamed(string path, string value, string field, string message) => AssertNamed(Bpe, path, value, field, message);

    [Theory]
    [InlineData("model.vocab", """[["a"]]""", "model.vocab[0]", "a token and its score")]
    [InlineData("model.vocab", """[["a", "b"]]""", "model.vocab[0]", "a token and its score")]
    [InlineData("model.vocab", """[["a", 1], ["a", 2]]""", "model.vocab", "two ids")]
    [InlineData("model.vocab", "[]", "model.vocab", "empty")]
    [InlineData("model.vocab", """{"a": 0}""", "model.vocab", "an array was expected")]
    [InlineData("model.vocab", """[["a", 1e300]]""", "model.vocab[0]", "score")]
    [InlineData("model.unk_id", "9", "model.unk_id", "ids go from 0 to 3")]
    [InlineData("normalizer", """{"type": "Precompiled", "precompiled_charsmap": "?"}""", "normalizer.precompiled_charsmap", "not base64")]
    [InlineData("normalizer", """{"type": "Precompiled", "precompiled_charsmap": ""}""", "normalizer.precompiled_charsmap", "the trie has 0 bytes")]
    [InlineData("normalizer", """{"type": "Precompiled", "precompiled_charsmap": "/////wAAAAA="}""", "normalizer.precompiled_charsmap", "the trie has 4294967295 bytes of the 8")]
    public void UnigramField_WithAWrongValue_IsNamed(string path, string value, string field, string message) => AssertNamed(Unigram, path, value, field, message);

    [Fact]
    public void Model_TruncatedAtEveryByte_IsRefusedByName()
    {
        byte[] whole = SmallModel(charsmap: true);
        Assert.NotEmpty(Run(whole).Ids);
        for (int length = 0; length < whole.Length; length++)
        {
            TokenizerFileException problem = Assert.Throws<TokenizerFileException>(() => SentencePieceFile.Parse(whole[..length], "some.model"));
            Assert.Equal("some.model", problem.File);
        }
    }

    [Fact]
    public void Model_EveryByteChanged_LoadsOrIsRefused()
    {
        byte[] whole = SmallModel(charsmap: true);
        Random random = new(4);
        for (int i = 0; i < whole.Length; i++)
        {
            byte[] damaged = [.. whole];
            damaged[i] ^= (byte)random.Next(1, 256);
            try
            {
                Run(damaged);
            }
            catch (TokenizerFileException problem)
            {
                Assert.Equal("some.model", problem.File);
            }
        }
    }

    [Fact]
    public void CharacterMap_EveryByteChanged_IsReadOrRefused()
    {
        byte[] whole = SentencePieceFile.Read(GoldenFile.Tokenizers("sentencepiece", "unigram.model")).Normalization.CharacterMap!.Bytes.ToArray();
        Random random = new(5);
        for (int round = 0; round < 60; round++)
        {
            byte[] damaged = [.. whole];
            for (int i = 0; i < 2000; i++)
                damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
            try
            {
                CharacterMap map = CharacterMap.Parse(damaged, static problem => new TokenizerFileException("some.model", "map", problem));
                string text = "ａｂｃ e\u0301 ㈱ ½ 한국어 \u1112\u1161\u11AB 中文 ﷺ";
                new Normalizers.Precompiled(map).Normalize(text);
                new SentencePieceNormalizer(new SentencePieceNormalization { CharacterMap = map }).Normalize(text);
            }
            catch (TokenizerFileException problem)
            {
                Assert.Equal("some.model", problem.File);
            }
        }
    }

    [Theory]
    [InlineData("pieces[1].piece", "there twice")]
    [InlineData("pieces[1].type", "a second unknown piece")]
    [InlineData("pieces[1].score", "a finite number")]
    [InlineData("pieces", "no piece is of the type unknown")]
    [InlineData("trainer_spec.model_type", "found 9")]
    public void Model_WithAWrongValue_IsNamed(string field, string message)
    {
        byte[] pieces = field switch
        {
            "pieces[1].piece" => [.. Piece("<unk>", 0, 2), .. Piece("<unk>", 0, 1)],
            "pieces[1].type" => [.. Piece("<unk>", 0, 2), .. Piece("u", 0, 2)],
            "pieces[1].score" => [.. Piece("<unk>", 0, 2), .. Piece("u", float.NaN, 1)],
            "pieces" => Piece("u", 0, 1),
            _ => Piece("<unk>", 0, 2),
        };
        byte[] trainer = field.StartsWith("trainer", StringComparison.Ordinal) ? [0x18, 9] : [0x18, 1];
        TokenizerFileException problem = Assert.Throws<TokenizerFileException>(() => SentencePieceFile.Parse([.. pieces, .. Message(2, trainer), .. Message(3, [])], "some.model"));
        Assert.Equal(field, problem.Field);
        Assert.Contains(message, problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Model_WithALengthOfFourGigabytes_IsRefused()
    {
        byte[] damaged = [0x0A, 0xFF, 0xFF, 0xFF, 0xFF, 0x0F, 1, 2, 3];
        Assert.Contains("a field of 4294967295 bytes with 3 left", Assert.Throws<TokenizerFileException>(() => SentencePieceFile.Parse(damaged, "some.model")).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("merges.txt", "#version: 0.2\na b\nab c\n")]
    [InlineData("vocab.json", """{"a": 0, "b": 1, "c": 2, "ab": 3, "abc": 4, "<|endoftext|>": 5}""")]
    public void Gpt2Files_TruncatedAtEveryByte_LoadOrAreRefusedByName(string name, string content)
    {
        using TemporaryFolder folder = new();
        folder.Write("tokenizer_config.json", """{"tokenizer_class": "GPT2Tokenizer"}""");
        folder.Write("merges.txt", "#version: 0.2\na b\nab c\n");
        folder.Write("vocab.json", """{"a": 0, "b": 1, "c": 2, "ab": 3, "abc": 4, "<|endoftext|>": 5}""");
        Assert.Equal([4], AutoTokenizer.FromPretrained(folder.Path).Encode("abc").Ids);
        for (int length = 0; length < content.Length; length++)
        {
            folder.Write(name, content[..length]);
            string named = name == "vocab.json" ? name : "merges.txt";
            LoadsOrIsRefused(() => AutoTokenizer.FromPretrained(folder.Path), named, mustFail: name == "vocab.json");
        }
    }

    [Theory]
    [InlineData("a z\n", "line 1", "\"z\"")]
    [InlineData("#version: 0.2\na b\nab\n", "line 3", "two tokens")]
    [InlineData("#version: 0.2\na b\na b\n", "line 3", "twice")]
    [InlineData("#version: 0.2\nb c\n", "line 2", "\"bc\"")]
    public void Merges_ThatGoNowhere_AreNamedByLine(string merges, string field, string message)
    {
        using TemporaryFolder folder = new();
        folder.Write("vocab.json", """{"a": 0, "b": 1, "c": 2, "ab": 3, "<|endoftext|>": 4}""");
        folder.Write("merges.txt", merges);
        TokenizerFileException problem = Assert.Throws<TokenizerFileException>(() => AutoTokenizer.FromFolder(folder.Path, "GPT2Tokenizer"));
        Assert.EndsWith("merges.txt", problem.File, StringComparison.Ordinal);
        Assert.Equal(field, problem.Field);
        Assert.Contains(message, problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Tiktoken_TruncatedOrDamaged_LoadsOrIsRefusedByName()
    {
        const string Whole = "YQ== 0\nYg== 1\nYWI= 2\n";
        using TemporaryFolder folder = new();
        string file = folder.Write("gpt2.tiktoken", Whole);
        Assert.Equal([2], AutoTokenizer.FromPretrained(file).Encode("ab").Ids);
        for (int length = 0; length < Whole.Length; length++)
        {
            folder.Write("gpt2.tiktoken", Whole[..length]);
            LoadsOrIsRefused(() => AutoTokenizer.FromPretrained(file), "gpt2.tiktoken");
        }
        foreach ((string content, string message) in new[]
        {
            ("", "no tokens"), ("YQ== x\n", "line 1"), ("??? 0\n", "not base64"), ("YQ== 0\nYg== 0\n", "the rank 0 is there twice"), ("YQ== 0\nYQ== 1\n", "two ids"), ("YQ== 99999999\n", "too large"),
        })
        {
            folder.Write("gpt2.tiktoken", content);
            Assert.Contains(message, Assert.Throws<TokenizerFileException>(() => AutoTokenizer.FromPretrained(file)).Message, StringComparison.Ordinal);
        }
        string unnamed = folder.Write("mine.tiktoken", Whole);
        Assert.Contains("tells no pattern", Assert.Throws<TokenizerFileException>(() => AutoTokenizer.FromPretrained(unnamed)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("spiece.model", null, "can be read in several ways")]
    [InlineData("spiece.model", "XLMRobertaTokenizer", "needs the file sentencepiece.bpe.model")]
    [InlineData("vocab.json", "GPT2Tokenizer", "needs a vocab.json with a merges.txt")]
    [InlineData("spiece.model", "BlenderbotSmallTokenizer", "is not supported for the class \"BlenderbotSmallTokenizer\"")]
    public void Folder_WithoutWhatItsClassNeeds_SaysSo(string file, string? tokenizerClass, string message)
    {
        using TemporaryFolder folder = new();
        if (file.EndsWith(".model", StringComparison.Ordinal))
            File.WriteAllBytes(Path.Combine(folder.Path, file), SmallModel(charsmap: false));
        else
            folder.Write(file, "{}");
        if (tokenizerClass is not null)
            folder.Write("tokenizer_config.json", $$"""{"tokenizer_class": "{{tokenizerClass}}"}""");
        Assert.Contains(message, Assert.Throws<TokenizerFileException>(() => AutoTokenizer.FromPretrained(folder.Path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Config_OfTheModel_NamesTheClassToo()
    {
        using TemporaryFolder folder = new();
        File.WriteAllBytes(Path.Combine(folder.Path, "spiece.model"), SmallModel(charsmap: false));
        folder.Write("config.json", """{"model_type": "t5"}""");
        Tokenizer tokenizer = AutoTokenizer.FromPretrained(folder.Path);
        Assert.Equal("spiece.model as T5Tokenizer, named by config.json", tokenizer.Description);
        Assert.EndsWith("spiece.model", tokenizer.Origin, StringComparison.Ordinal);
    }

    /// <summary>A SentencePiece model written by hand: three pieces, and a rule whose trie has no entries.</summary>
    private static byte[] SmallModel(bool charsmap)
    {
        byte[] rule = charsmap ? Message(2, [4, 0, 0, 0, 0, 4, 0, 0, 0]) : [];
        return
        [
            .. Piece("<unk>", 0, 2), .. Piece("</s>", 0, 3), .. Piece("\u2581a", -1, 1), .. Piece("b", -2, 1),
            .. Message(2, [0x18, 1]), .. Message(3, [.. Message(1, "nmt_nfkc"u8.ToArray()), .. rule]),
        ];
    }

    private static byte[] Piece(string text, float score, byte type) =>
        Message(1, [.. Message(1, System.Text.Encoding.UTF8.GetBytes(text)), 0x15, .. BitConverter.GetBytes(score), 0x18, type]);

    private static byte[] Message(int field, byte[] content) => [(byte)(field << 3 | 2), (byte)content.Length, .. content];

    private static Encoding Run(byte[] model) => SentencePieceTokenizer.From(SentencePieceFile.Parse(model, "some.model")).Encode("ab ba");

    private static void AssertNamed(string json, string path, string value, string field, string message)
    {
        JsonNode root = JsonNode.Parse(json)!, parent = root;
        string[] names = path.Split('.');
        foreach (string name in names[..^1])
            parent = parent[name]!;
        parent[names[^1]] = JsonNode.Parse(value);
        TokenizerFileException problem = Assert.Throws<TokenizerFileException>(() => Tokenizer.Parse(System.Text.Encoding.UTF8.GetBytes(root.ToJsonString())));
        Assert.Equal(("tokenizer.json", field), (problem.File, problem.Field));
        Assert.Contains(message, problem.Message, StringComparison.Ordinal);
    }

    private static void LoadsOrIsRefused(Func<Tokenizer> load, string? file = null, bool mustFail = false)
    {
        bool failed = false;
        try
        {
            load().Encode("abc ab c", "d");
        }
        catch (TokenizerException problem)
        {
            failed = true;
            if (file is not null)
                Assert.EndsWith(file, Assert.IsType<TokenizerFileException>(problem).File, StringComparison.Ordinal);
        }
        Assert.True(failed || !mustFail);
    }
}
