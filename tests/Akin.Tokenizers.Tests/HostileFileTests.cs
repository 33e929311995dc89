using System.Text.Json.Nodes;

namespace Akin.Tokenizers.Tests;

/// <summary>Damaged and unsupported files: a typed error that names the file and the field, never a crash and never a guess.</summary>
public class HostileFileTests
{
    private const string Minimal = """
        {
          "version": "1.0", "truncation": null, "padding": null,
          "added_tokens": [{"id": 0, "content": "[UNK]", "single_word": false, "lstrip": false, "rstrip": false, "normalized": false, "special": true}],
          "normalizer": {"type": "BertNormalizer", "clean_text": true, "handle_chinese_chars": true, "strip_accents": null, "lowercase": true},
          "pre_tokenizer": {"type": "BertPreTokenizer"},
          "post_processor": {"type": "TemplateProcessing", "single": [{"SpecialToken": {"id": "[CLS]", "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}}],
            "pair": [{"Sequence": {"id": "A", "type_id": 0}}, {"Sequence": {"id": "B", "type_id": 1}}], "special_tokens": {"[CLS]": {"id": "[CLS]", "ids": [1], "tokens": ["[CLS]"]}}},
          "decoder": {"type": "WordPiece", "prefix": "##", "cleanup": true},
          "model": {"type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##", "max_input_chars_per_word": 100, "vocab": {"[UNK]": 0, "[CLS]": 1, "a": 2, "##b": 3}}
        }
        """;

    [Fact]
    public void Minimal_IsRead() => Assert.Equal([1, 2, 3, 0], Load(Minimal).Encode("ab c").Ids);

    [Fact]
    public void Json_TruncatedAtEveryByte_IsRefusedByName()
    {
        byte[] whole = System.Text.Encoding.UTF8.GetBytes(Minimal);
        for (int length = 0; length < whole.Length; length++)
        {
            TokenizerFileException problem = Assert.Throws<TokenizerFileException>(() => Tokenizer.Parse(whole.AsMemory(0, length), "some/tokenizer.json"));
            Assert.Equal("some/tokenizer.json", problem.File);
        }
    }

    [Fact]
    public void Json_EveryByteChanged_LoadsOrIsRefused()
    {
        byte[] whole = System.Text.Encoding.UTF8.GetBytes(Minimal);
        Random random = new(1);
        for (int i = 0; i < whole.Length; i++)
        {
            byte[] damaged = [.. whole];
            damaged[i] = (byte)random.Next(256);
            try
            {
                Tokenizer.Parse(damaged).Encode("ab c [UNK] d", "e");
            }
            catch (TokenizerException problem)
            {
                Assert.NotEmpty(problem.Message);
            }
        }
    }

    [Theory]
    [InlineData("version", "\"2.0\"", "version", "\"2.0\" is not supported; supported: 1.0")]
    [InlineData("model", "null", "model", "missing or null")]
    [InlineData("model.type", "\"Nope\"", "model.type", "the model \"Nope\" is not supported; supported: BPE, Unigram, WordLevel, WordPiece")]
    [InlineData("model.vocab", "[]", "model.vocab", "an object was expected")]
    [InlineData("model.vocab.a", "-1", "model.vocab", "found -1")]
    [InlineData("model.vocab.a", "1.5", "model.vocab", "found 1.5")]
    [InlineData("model.vocab.a", "4294967296", "model.vocab", "found 4294967296")]
    [InlineData("model.vocab.a", "2000000000", "model.vocab", "the token \"a\" has the id 2000000000; the largest supported is")]
    [InlineData("model.vocab.a", "1", "model.vocab", "the tokens \"[CLS]\" and \"a\" have the same id 1")]
    [InlineData("model.unk_token", "null", "model.unk_token", "a string was expected")]
    [InlineData("model.max_input_chars_per_word", "-5", "model.max_input_chars_per_word", "found -5")]
    [InlineData("model.dropout", "0.5", "model.dropout", "unknown field; known here: continuing_subword_prefix, max_input_chars_per_word, type, unk_token, vocab")]
    [InlineData("normalizer.type", "\"Nope\"", "normalizer.type", "the normalizer \"Nope\" is not supported; supported: BertNormalizer, ByteLevel, Lowercase")]
    [InlineData("normalizer.lowercase", "1", "normalizer.lowercase", "true or false was expected, found 1")]
    [InlineData("normalizer.upper", "true", "normalizer.upper", "unknown field")]
    [InlineData("pre_tokenizer", "{\"type\": \"Sequence\", \"pretokenizers\": [{\"type\": \"Whitespace\"}, {\"type\": \"Nope\"}]}", "pre_tokenizer.pretokenizers[1].type", "\"Nope\" is not supported")]
    [InlineData("pre_tokenizer", "{\"type\": \"Punctuation\", \"behavior\": \"Dropped\"}", "pre_tokenizer.behavior", "unknown behaviour \"Dropped\"; known: Removed")]
    [InlineData("pre_tokenizer", "7", "pre_tokenizer", "an object was expected, found 7")]
    [InlineData("post_processor.single", "[{\"SpecialToken\": {\"id\": \"[SEP]\", \"type_id\": 0}}]", "post_processor.single[0].SpecialToken.id", "\"[SEP]\" is not declared")]
    [InlineData("post_processor.single", "[{\"Sequence\": {\"id\": \"B\", \"type_id\": 0}}]", "post_processor.single", "the second text")]
    [InlineData("post_processor.pair", "[{\"Sequence\": {\"id\": \"A\", \"type_id\": 0}}]", "post_processor.pair", "must use both")]
    [InlineData("post_processor.pair", "[{\"Sequence\": {\"id\": \"A\", \"type_id\": \"x\"}}]", "post_processor.pair[0].Sequence.type_id", "found \"x\"")]
    [InlineData("decoder.type", "\"Nope\"", "decoder.type", "the decoder \"Nope\" is not supported; supported: BPEDecoder, ByteFallback")]
    [InlineData("added_tokens", "[{\"id\": 2, \"content\": \"<x>\"}]", "added_tokens[0].id", "belongs to the token \"a\"")]
    [InlineData("added_tokens", "[{\"id\": 9, \"content\": \"<x>\"}, {\"id\": 9, \"content\": \"<y>\"}]", "added_tokens[1].id", "have the same id 9")]
    [InlineData("added_tokens", "[{\"id\": 2000000000, \"content\": \"<x>\"}]", "added_tokens[0].id", "too large")]
    [InlineData("added_tokens", "[{\"id\": 9, \"content\": \"<x>\", \"fancy\": true}]", "added_tokens[0].fancy", "unknown field")]
    [InlineData("added_tokens", "[{\"id\": 9}]", "added_tokens[0].content", "missing")]
    [InlineData("truncation", "{\"max_length\": 8, \"strategy\": \"Sometimes\", \"stride\": 0}", "truncation.strategy", "\"Sometimes\"; known: LongestFirst")]
    [InlineData("padding", "{\"strategy\": {\"Fixed\": -1}}", "padding.strategy.Fixed", "found -1")]
    [InlineData("extra", "1", "extra", "unknown field")]
    public void Field_WithAWrongValue_IsNamed(string path, string value, string field, string message)
    {
        JsonNode root = JsonNode.Parse(Minimal)!;
        JsonNode parent = root;
        string[] names = path.Split('.');
        foreach (string name in names[..^1])
            parent = parent[name]!;
        parent[names[^1]] = JsonNode.Parse(value);
        TokenizerFileException problem = Assert.Throws<TokenizerFileException>(() => Load(root.ToJsonString()));
        Assert.Equal(field, problem.Field);
        Assert.Contains(message, problem.Message, StringComparison.Ordinal);
        Assert.StartsWith("tokenizer.json: ", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Field_Twice_IsRefused()
    {
        Assert.Throws<TokenizerFileException>(() => Load(Minimal.Replace("\"version\": \"1.0\",", "\"version\": \"1.0\", \"version\": \"1.0\",", StringComparison.Ordinal)));
        Assert.Throws<TokenizerFileException>(() => Load(Minimal.Replace("\"a\": 2,", "\"a\": 2, \"a\": 5,", StringComparison.Ordinal)));
    }

    [Fact]
    public void String_WithHalfASurrogatePair_IsRefused()
    {
        TokenizerFileException problem = Assert.Throws<TokenizerFileException>(() => Load(Minimal.Replace("\"a\": 2", "\"\\ud800\": 2", StringComparison.Ordinal)));
        Assert.Contains("surrogate", problem.Message, StringComparison.Ordinal);
        Assert.Throws<TokenizerFileException>(() => Load(Minimal.Replace("\"prefix\": \"##\"", "\"prefix\": \"\\udc00\"", StringComparison.Ordinal)));
    }

    [Fact]
    public void UnknownToken_NotInTheVocabulary_IsAnErrorWhenItIsNeeded()
    {
        Tokenizer tokenizer = Load(Minimal.Replace("\"unk_token\": \"[UNK]\"", "\"unk_token\": \"<unk>\"", StringComparison.Ordinal));
        Assert.Equal([1, 2, 3], tokenizer.Encode("ab").Ids);
        TokenizerFileException problem = Assert.Throws<TokenizerFileException>(() => tokenizer.Encode("zz"));
        Assert.Equal(("tokenizer.json", "model.unk_token"), (problem.File, problem.Field));
        int[] buffer = new int[8];
        Assert.Throws<TokenizerFileException>(() => tokenizer.EncodeIds("zz", buffer));
    }

    [Fact]
    public void AddedToken_OfTheModel_KeepsTheModelsId() =>
        Assert.Equal(0, Load(Minimal.Replace("{\"id\": 0, \"content\": \"[UNK]\"", "{\"id\": 9, \"content\": \"[UNK]\"", StringComparison.Ordinal)).TokenToId("[UNK]"));

    [Fact]
    public void Model_WithoutType_IsKnownByItsFields() =>
        Assert.Equal([1, 2, 3], Load(Minimal.Replace("\"type\": \"WordPiece\", \"unk_token\"", "\"unk_token\"", StringComparison.Ordinal)).Encode("ab").Ids);

    [Fact]
    public void Folder_WithoutTokenizer_IsRefusedByName()
    {
        using TemporaryFolder folder = new();
        TokenizerFileException problem = Assert.Throws<TokenizerFileException>(() => AutoTokenizer.FromPretrained(folder.Path));
        Assert.Equal(folder.Path, problem.File);
        Assert.Contains("vocab.txt", problem.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("vocab.txt", "", "vocab.txt", "found 0")]
    [InlineData("vocab.txt", "a\nb\n", "vocab.txt", "lacks the special token \"[CLS]\"")]
    [InlineData("tokenizer_config.json", "{\"tokenizer_class\": \"JukeboxTokenizer\"}", "tokenizer_config.json", "not supported for the class \"JukeboxTokenizer\"")]
    [InlineData("tokenizer_config.json", "{\"never_split\": [\"a\"]}", "tokenizer_config.json", "never_split")]
    [InlineData("tokenizer_config.json", "{\"do_lower_case\": \"yes\"}", "tokenizer_config.json", "do_lower_case")]
    [InlineData("tokenizer_config.json", "{\"padding_side\": \"top\"}", "tokenizer_config.json", "padding_side")]
    [InlineData("tokenizer_config.json", "{\"model_max_length\": \"x\"}", "tokenizer_config.json", "model_max_length")]
    [InlineData("tokenizer_config.json", "[", "tokenizer_config.json", "not JSON")]
    [InlineData("special_tokens_map.json", "{\"cls_token\": 5}", "special_tokens_map.json", "cls_token")]
    [InlineData("added_tokens.json", "{\"x\": -1}", "added_tokens.json", "found -1")]
    public void VocabularyFolder_WithADamagedFile_NamesTheFile(string name, string content, string file, string message)
    {
        using TemporaryFolder folder = new();
        folder.Write("vocab.txt", "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\na\n");
        folder.Write(name, content);
        TokenizerFileException problem = Assert.Throws<TokenizerFileException>(() => AutoTokenizer.FromPretrained(folder.Path));
        Assert.EndsWith(file, problem.File, StringComparison.Ordinal);
        Assert.Contains(message, problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void VocabularyFile_NotUtf8_IsRefused()
    {
        using TemporaryFolder folder = new();
        File.WriteAllBytes(Path.Combine(folder.Path, "vocab.txt"), [0x61, 0xFF, 0xFE, 0x0A]);
        Assert.Contains("UTF-8", Assert.Throws<TokenizerFileException>(() => AutoTokenizer.FromPretrained(folder.Path)).Message, StringComparison.Ordinal);
    }

    private static Tokenizer Load(string json) => Tokenizer.Parse(System.Text.Encoding.UTF8.GetBytes(json));
}
