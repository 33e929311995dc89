using System.Text.Json;

namespace Akin.Tokenizers.Tests;

/// <summary>546 texts through real vocabularies, equal to the reference in everything that an encoding has.</summary>
public class FamilyTests
{
    private static readonly Dictionary<string, string> Texts = GoldenFile.Lines(GoldenFile.Tokenizers("texts.jsonl"))
        .ToDictionary(static row => row.GetProperty("id").GetString()!, static row => row.GetProperty("text").GetString()!);

    [SharedTheory("data/tokenizers")]
    [InlineData("bert-base-uncased", false)]
    [InlineData("bert-base-uncased", true)]
    [InlineData("bert-base-cased", true)]
    [InlineData("bert-base-chinese", false)]
    [InlineData("bert-base-chinese", true)]
    [InlineData("bert-base-multilingual-cased", false)]
    [InlineData("bert-base-multilingual-cased", true)]
    [InlineData("koelectra", true)]
    public void Family_EveryText_EqualsTheReference(string family, bool fromVocabulary)
    {
        Tokenizer tokenizer = Families.Load(family, fromVocabulary);
        int[] buffer = new int[4096];
        int rows = 0;
        foreach (JsonElement row in GoldenFile.Lines(GoldenFile.Tokenizers("families", family + ".jsonl.gz")))
        {
            string id = row.GetProperty("id").GetString()!, text = Texts[id];
            int[] ids = row.GetProperty("ids").Ints();
            Encoding encoding = tokenizer.Encode(text);
            Encoding inCodePoints = tokenizer.Encode(text, options: new EncodeOptions { OffsetUnit = OffsetUnit.CodePoint });

            Same.Lists($"{id} ids", ids, encoding.Ids);
            Same.Lists($"{id} tokens", row.GetProperty("tokens").Strings(), encoding.Tokens);
            Same.Lists($"{id} offsets_utf16", row.GetProperty("offsets_utf16").Ints(), encoding.Offsets.Flat());
            Same.Lists($"{id} offsets", row.GetProperty("offsets").Ints(), inCodePoints.Offsets.Flat());
            Same.Lists($"{id} word_ids", row.GetProperty("word_ids").OptionalInts(), encoding.WordIds);
            Same.Lists($"{id} special_tokens_mask", row.GetProperty("special_tokens_mask").Ints(), encoding.SpecialTokensMask);
            Same.Lists($"{id} type_ids", row.GetProperty("type_ids").Ints(), encoding.TypeIds);
            Assert.All(encoding.AttentionMask, static value => Assert.Equal(1, value));

            JsonElement decode = row.GetProperty("decode");
            Same.Values($"{id} keep", decode.GetProperty("keep").GetString(), tokenizer.Decode(ids, skipSpecialTokens: false));
            Same.Values($"{id} skip", decode.GetProperty("skip").GetString(), tokenizer.Decode(ids));
            Same.Values($"{id} keep_clean", decode.GetProperty("keep_clean").GetString(), tokenizer.Decode(ids, false, cleanUpTokenizationSpaces: true));
            Same.Values($"{id} skip_clean", decode.GetProperty("skip_clean").GetString(), tokenizer.Decode(ids, true, cleanUpTokenizationSpaces: true));

            Same.Lists($"{id} ids", ids, buffer[..tokenizer.EncodeIds(text, buffer)]);
            rows++;
        }
        Assert.Equal(546, rows);
    }

    [SharedFact("models/all-MiniLM-L6-v2", "golden/models/sentence/minilm/texts.jsonl.gz")]
    public void MiniLM_TextsOfThreeLanguages_EqualTheReference()
    {
        Tokenizer tokenizer = AutoTokenizer.FromPretrained(Repository.Shared("models", "all-MiniLM-L6-v2"));
        int[] buffer = new int[256];
        int rows = 0;
        foreach (JsonElement row in GoldenFile.Lines(Repository.Shared("golden", "models", "sentence", "minilm", "texts.jsonl.gz")))
        {
            string text = row.GetProperty("text").GetString()!;
            int[] ids = row.GetProperty("input_ids").Ints();
            Assert.Equal(ids, tokenizer.Encode(text, options: new EncodeOptions { Truncation = new Truncation(256) }).Ids);
            Assert.Equal(ids, buffer[..tokenizer.EncodeIds(text, buffer)]);
            rows++;
        }
        Assert.Equal(240, rows);
    }
}
