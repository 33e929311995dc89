using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using Akin.Tokenizers.Decoders;
using Akin.Tokenizers.Json;
using Akin.Tokenizers.Normalizers;
using Akin.Tokenizers.PostProcessors;
using Akin.Tokenizers.PreTokenizers;

namespace Akin.Tokenizers.Tests;

/// <summary>What components read and write, and what they refuse.</summary>
public class ComponentJsonTests
{
    [Fact]
    public void EveryComponent_WrittenFromItsProperties_IsTheJsonThatItWasReadFrom()
    {
        Assert.True(WriteAgain("normalizers", Normalizer.Types) > 30);
        Assert.True(WriteAgain("pre_tokenizers", PreTokenizer.Types) > 50);
        Assert.True(WriteAgain("decoders", Decoder.Types) > 20);
        Assert.True(WriteAgain("post_processors", PostProcessor.Types) > 4);
    }

    [Theory]
    [InlineData("""{"type": "Metaspace", "replacement": "▁", "prepend_scheme": "maybe", "split": true}""", "x.prepend_scheme", "unknown scheme \"maybe\"; known: always, first, never")]
    [InlineData("""{"type": "Metaspace", "replacement": "ab"}""", "x.replacement", "one character was expected, found \"ab\"")]
    [InlineData("""{"type": "Metaspace", "replacement": ""}""", "x.replacement", "one character was expected")]
    [InlineData("""{"type": "Metaspace", "replacement": "▁", "add_prefix_space": false, "prepend_scheme": "always"}""", "x.add_prefix_space", "does not go with")]
    [InlineData("""{"type": "Split", "pattern": {"String": "-"}, "behavior": "Dropped", "invert": false}""", "x.behavior", "unknown behaviour \"Dropped\"; known: Removed, Isolated")]
    [InlineData("""{"type": "Split", "pattern": {"Regex": "(a"}, "behavior": "Removed"}""", "x.pattern.Regex", "the pattern \"(a\": a group that is not closed (at character 0)")]
    [InlineData("""{"type": "Split", "pattern": {"Glob": "a"}, "behavior": "Removed"}""", "x.pattern", "either \"String\" or \"Regex\" was expected")]
    [InlineData("""{"type": "Split", "behavior": "Removed"}""", "x.pattern", "a pattern was expected")]
    [InlineData("""{"type": "FixedLength", "length": 0}""", "x.length", "an integer from 1")]
    [InlineData("""{"type": "CharDelimiterSplit", "delimiter": "--"}""", "x.delimiter", "one character was expected, found \"--\"")]
    [InlineData("""{"type": "Digits"}""", "x.individual_digits", "true or false was expected")]
    [InlineData("""{"type": "ByteLevel", "add_prefix_space": true, "trim_offsets": true, "use_regex": true, "more": 1}""", "x.more", "unknown field")]
    public void PreTokenizer_WithAWrongField_IsRefusedByName(string json, string field, string problem) => AssertRefused(json, field, problem, PreTokenizer.Types);

    [Theory]
    [InlineData("""{"type": "Strip", "strip_left": true}""", "x.strip_right", "true or false was expected")]
    [InlineData("""{"type": "Replace", "pattern": {"Regex": "\\1"}, "content": ""}""", "x.pattern.Regex", "\"\\1\" is not supported")]
    [InlineData("""{"type": "Prepend"}""", "x.prepend", "a string was expected")]
    public void Normalizer_WithAWrongField_IsRefusedByName(string json, string field, string problem) => AssertRefused(json, field, problem, Normalizer.Types);

    [Theory]
    [InlineData("""{"type": "Strip", "content": "ab", "start": 1, "stop": 0}""", "x.content", "one character was expected")]
    [InlineData("""{"type": "Strip", "content": " ", "start": -1, "stop": 0}""", "x.start", "an integer from 0")]
    [InlineData("""{"type": "BPEDecoder", "suffix": ""}""", "x.suffix", "not empty")]
    [InlineData("""{"type": "CTC", "pad_token": "p", "word_delimiter_token": "", "cleanup": true}""", "x.word_delimiter_token", "not empty")]
    public void Decoder_WithAWrongField_IsRefusedByName(string json, string field, string problem) => AssertRefused(json, field, problem, Decoder.Types);

    [Theory]
    [InlineData("""{"type": "TemplateProcessing", "single": [{"SpecialToken": {"id": "[CLS]", "type_id": 0}}], "pair": [], "special_tokens": {}}""", "x.single[0].SpecialToken.id", "\"[CLS]\" is not declared")]
    [InlineData("""{"type": "TemplateProcessing", "single": [{"Sequence": {"id": "A", "type_id": 0}}], "pair": [{"Sequence": {"id": "A", "type_id": 0}}], "special_tokens": {}}""", "x.pair", "both \"A\" and \"B\"")]
    [InlineData("""{"type": "TemplateProcessing", "single": [{"Sequence": {"id": "A", "type_id": "x"}}], "pair": [], "special_tokens": {}}""", "x.single[0].Sequence.type_id", "an integer from 0")]
    [InlineData("""{"type": "Sequence", "processors": [{"type": "BertProcessing", "sep": ["s", 1], "cls": ["c", 2]}, {"type": "RobertaProcessing", "sep": ["s", 1], "cls": ["c", 2]}]}""", "x.processors", "only one may")]
    public void PostProcessor_WithAWrongField_IsRefusedByName(string json, string field, string problem) => AssertRefused(json, field, problem, PostProcessor.Types);

    [Fact]
    public void OlderFiles_AreReadAsTheyWereMeant()
    {
        Metaspace metaspace = (Metaspace)PreTokenizer.Types.Read(Fields("""{"type": "Metaspace", "replacement": "▁", "str_rep": "▁", "add_prefix_space": false}"""));
        Assert.Equal(PrependScheme.Never, metaspace.PrependScheme);
        Assert.True(metaspace.Split);
        Assert.Equal("a b", Normalizer.Types.Read(Fields("""{"type": "Replace", "pattern": "_", "content": " "}""")).Normalize("a_b"));
    }

    private static void AssertRefused<T>(string json, string field, string problem, ComponentTypes<T> types)
        where T : TokenizerComponent
    {
        TokenizerFileException refusal = Assert.Throws<TokenizerFileException>(() => types.Read(Fields(json)));
        Assert.Equal(field, refusal.Field);
        Assert.Contains(problem, refusal.Message, StringComparison.Ordinal);
    }

    private static JsonFields Fields(string json) => new(JsonDocument.Parse(json).RootElement, "tokenizer.json", "x");

    private static int WriteAgain<T>(string kind, ComponentTypes<T> types)
        where T : TokenizerComponent
    {
        PropertyInfo definition = typeof(TokenizerComponent).GetProperty("Definition", BindingFlags.Instance | BindingFlags.NonPublic)!;
        int count = 0;
        foreach (JsonElement row in GoldenFile.Lines(GoldenFile.Tokenizers("components", kind + ".jsonl.gz")))
        {
            JsonElement json = row.GetProperty("json");
            if (json.GetRawText().Contains("precompiled_charsmap", StringComparison.Ordinal))
                continue; // its writing is the subject of other tests
            if (json.GetProperty("type").GetString() == "TemplateProcessing" || json.TryGetProperty("processors", out _))
                continue; // the names under which a file declares special tokens are only remembered from the file
            T component = types.Read(new JsonFields(json, "golden", kind));
            definition.SetValue(component, null);
            using MemoryStream stream = new();
            using (Utf8JsonWriter writer = new(stream))
                component.Write(writer);
            JsonNode? written = JsonNode.Parse(stream.ToArray());
            Assert.True(JsonNode.DeepEquals(JsonNode.Parse(json.GetRawText()), written), $"{json.GetRawText()}\n{written?.ToJsonString()}");
            count++;
        }
        return count;
    }
}
