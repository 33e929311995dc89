using System.Text.Json;
using System.Text.Json.Nodes;
using Akin.Tokenizers.Json;
using Akin.Tokenizers.Models;
using Akin.Tokenizers.Normalizers;
using Akin.Tokenizers.PostProcessors;
using Akin.Tokenizers.PreTokenizers;

namespace Akin.Tokenizers.Tests;

/// <summary>The wrong inputs that the reference was asked about: where it fails, crashes included, Akin gives a typed error; where it gives a result, the same.</summary>
public class ReferenceErrorTests
{
    private const string WordPieceModel = """{"type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##", "max_input_chars_per_word": 100, "vocab": {"[UNK]": 0, "a": 1}}""";

    private static readonly Dictionary<string, Action> Refused = new()
    {
        ["BPE merge of a token that is not in the vocabulary"] = static () => _ = new BPE(new Vocabulary(["a"]), [("a", "b")]),
        ["BPE merge whose result is not in the vocabulary"] = static () => _ = new BPE(new Vocabulary(["a", "b"]), [("a", "b")]),
        ["BPE unk_token not in the vocabulary, on use"] = static () => Use(new BPE(new Vocabulary(["a"]), [], new BpeOptions { UnknownToken = "<unk>" })),
        ["BPE dropout out of range"] = static () => _ = new BPE(new Vocabulary(["a"]), [], new BpeOptions { Dropout = 1.5 }),
        ["Unigram unk_id too large"] = static () => _ = new Unigram([("a", 0)], 5),
        ["Unigram without unk_id, unknown character"] = static () => Use(new Unigram([("a", 0)], null)),
        ["Unigram empty vocabulary"] = static () => Parse("""{"model": {"type": "Unigram", "unk_id": 0, "vocab": []}}"""),
        ["WordPiece without [UNK], on use"] = static () => Use(new WordPiece(new Vocabulary(["a"]))),
        ["WordLevel without [UNK], on use"] = static () => Use(Model.Types.Read(Fields("""{"type": "WordLevel", "vocab": {"a": 0}, "unk_token": "[UNK]"}"""))),
        ["Template with a special token that is not declared"] = static () => PostProcessor.Types.Read(Fields(
            """{"type": "TemplateProcessing", "single": [{"SpecialToken": {"id": "[CLS]", "type_id": 0}}], "pair": [], "special_tokens": {}}""")),
        ["Template pair without $B"] = static () => PostProcessor.Types.Read(Fields(
            """{"type": "TemplateProcessing", "single": [{"Sequence": {"id": "A", "type_id": 0}}], "pair": [{"Sequence": {"id": "A", "type_id": 0}}], "special_tokens": {}}""")),
        ["Template with a bad type id"] = static () => PostProcessor.Types.Read(Fields(
            """{"type": "TemplateProcessing", "single": [{"Sequence": {"id": "A", "type_id": "x"}}], "pair": [], "special_tokens": {}}""")),
        ["Metaspace prepend_scheme unknown"] = static () => PreTokenizer.Types.Read(Fields("""{"type": "Metaspace", "replacement": "▁", "prepend_scheme": "maybe", "split": true}""")),
        ["Split behavior unknown"] = static () => PreTokenizer.Types.Read(Fields("""{"type": "Split", "pattern": {"String": " "}, "behavior": "Dropped", "invert": false}""")),
        ["Regex that does not compile"] = static () => PreTokenizer.Types.Read(Fields("""{"type": "Split", "pattern": {"Regex": "(a"}, "behavior": "Isolated", "invert": false}""")),
        ["FixedLength 0"] = static () => PreTokenizer.Types.Read(Fields("""{"type": "FixedLength", "length": 0}""")),
        ["Precompiled garbage"] = static () => Normalizer.Types.Read(Fields("""{"type": "Precompiled", "precompiled_charsmap": "AAAA"}""")),
        ["tokenizer.json is not JSON"] = static () => Parse("{"),
        ["tokenizer.json without model"] = static () => Parse("""{"version": "1.0"}"""),
        ["tokenizer.json with an unknown normalizer type"] = static () => Parse($$"""{"normalizer": {"type": "Nope"}, "model": {{WordPieceModel}}}"""),
        ["tokenizer.json with an unknown model type"] = static () => Parse("""{"model": {"type": "Nope", "vocab": {}}}"""),
        ["tokenizer.json with another version"] = static () => Parse($$"""{"version": "2.0", "model": {{WordPieceModel}}}"""),
        ["tokenizer.json with a merge of three parts"] = static () => Parse("""{"model": {"type": "BPE", "vocab": {"a": 0, "b": 1, "c": 2}, "merges": ["a b c"]}}"""),
    };

    private static readonly Dictionary<string, Func<string>> Results = new()
    {
        ["tokenizer.json whose added token has another id than the vocabulary"] = static () =>
            $$"""{"[UNK]": {{Parse($$"""{"added_tokens": [{"id": 7, "content": "[UNK]", "special": true}], "model": {{WordPieceModel}}}""").TokenToId("[UNK]")}}}""",
        ["decode of an id outside the vocabulary"] = static () => $"\"{Parse($$"""{"model": {{WordPieceModel}}}""").Decode([0, 99])}\"",
        ["add_tokens with an empty string"] = static () => Parse($$"""{"model": {{WordPieceModel}}}""").AddTokens(new AddedToken("")).ToString(),
        ["add_tokens twice the same"] = static () => Parse($$"""{"model": {{WordPieceModel}}}""").AddTokens(new AddedToken("x"), new AddedToken("x")).ToString(),
        ["BPE with type omitted (older files)"] = static () =>
            $"[\"{Parse("""{"model": {"vocab": {"a": 0, "b": 1, "ab": 2}, "merges": ["a b"]}}""").Encode("ab").Tokens.Single()}\"]",
    };

    /// <summary>What C# cannot express, or what is an error when it is used rather than when it is set.</summary>
    private static readonly string[] OfPythonOnly = ["encode None", "AddedToken needs a string", "enable_truncation with stride >= max_length"];

    [Fact]
    public void EveryCase_OfTheReference_IsRefusedOrEqual()
    {
        int cases = 0;
        foreach (JsonElement row in GoldenFile.Json(GoldenFile.Tokenizers("components", "errors.json")).GetProperty("cases").EnumerateArray())
        {
            string name = row.GetProperty("name").GetString()!;
            cases++;
            if (Refused.TryGetValue(name, out Action? action))
            {
                Assert.True(row.TryGetProperty("error", out _), name);
                Assert.NotEmpty(Assert.ThrowsAny<TokenizerException>(action).Message);
            }
            else if (Results.TryGetValue(name, out Func<string>? result))
            {
                Assert.True(JsonNode.DeepEquals(JsonNode.Parse(row.GetProperty("result").GetRawText()), JsonNode.Parse(result())), $"{name}: {result()}");
            }
            else
            {
                Assert.Contains(name, OfPythonOnly);
            }
        }
        Assert.Equal(31, cases);
        Assert.Throws<ArgumentNullException>(() => Parse($$"""{"model": {{WordPieceModel}}}""").Encode(null!));
    }

    private static Tokenizer Parse(string json) => Tokenizer.Parse(System.Text.Encoding.UTF8.GetBytes(json));

    private static JsonFields Fields(string json) => new(JsonDocument.Parse(json).RootElement, "golden", string.Empty);

    private static void Use(Model model) => model.Tokenize("z", []);
}
