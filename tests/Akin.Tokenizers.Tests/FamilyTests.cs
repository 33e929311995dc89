using System.Text.Json;
using Akin.Tokenizers.Folders;

namespace Akin.Tokenizers.Tests;

/// <summary>546 texts through real vocabularies, equal to the reference in everything that an encoding has.</summary>
public class FamilyTests
{
    private static readonly Dictionary<string, string> Texts = GoldenFile.Lines(GoldenFile.Tokenizers("texts.jsonl"))
        .ToDictionary(static row => row.GetProperty("id").GetString()!, static row => row.GetProperty("text").GetString()!);

    [SharedTheory("data/tokenizers", "golden/tokenizers")]
    [InlineData("bert-base-uncased", false)]
    [InlineData("bert-base-uncased", true)]
    [InlineData("bert-base-cased", true)]
    [InlineData("bert-base-chinese", false)]
    [InlineData("bert-base-chinese", true)]
    [InlineData("bert-base-multilingual-cased", false)]
    [InlineData("bert-base-multilingual-cased", true)]
    [InlineData("koelectra", true)]
    [InlineData("roberta-base", false)]
    [InlineData("roberta-base", true)]
    [InlineData("gpt2", true)]
    [InlineData("clip-vit-base-patch32", false)]
    [InlineData("clip-vit-base-patch32", true)]
    [InlineData("t5-small", false)]
    [InlineData("ort-nmt-joint", false)]
    [InlineData("albert-base", true)]
    [InlineData("xlnet-zh", true)]
    [InlineData("llama2", true)]
    [InlineData("spm-unigram-as-xlm-roberta", true)]
    [InlineData("spm-unigram-as-t5", true)]
    [InlineData("spm-bpe-as-llama", true)]
    public void Family_EveryText_EqualsTheReference(string family, bool fromVocabulary)
    {
        Tokenizer tokenizer = Families.Load(family, fromVocabulary);
        int[] buffer = new int[4096];
        int rows = 0;
        foreach (JsonElement row in Rows(family))
        {
            string id = row.GetProperty("id").GetString()!, text = Texts[id];
            int[] ids = row.GetProperty("ids").Ints();
            AssertEncodes(tokenizer, id, text, row);

            AssertDecodes(tokenizer, id, ids, row.GetProperty("decode"));
            Same.Lists($"{id} ids", ids, buffer[..tokenizer.EncodeIds(text, buffer)]);
            rows++;
        }
        Assert.Equal(546, rows);
    }

    /// <summary>The file alone, without what the class does to decoded text.</summary>
    [SharedFact("data/tokenizers")]
    public void ClipFile_WithoutItsClass_KeepsTheEndsOfWords()
    {
        string file = Repository.Shared("data", "tokenizers", "clip-vit-base-patch32", "tokenizer.json");
        Tokenizer tokenizer = Tokenizer.Parse(File.ReadAllBytes(file), file);
        foreach (JsonElement row in GoldenFile.Lines(GoldenFile.Tokenizers("families", "clip-vit-base-patch32.jsonl.gz")))
        {
            string id = row.GetProperty("id").GetString()!;
            AssertEncodes(tokenizer, id, Texts[id], row);
            int[] ids = row.GetProperty("ids").Ints();
            Same.Values($"{id} keep", row.GetProperty("decode").GetProperty("keep").GetString(), tokenizer.Decode(ids, skipSpecialTokens: false));
            Same.Values($"{id} skip", row.GetProperty("decode").GetProperty("skip").GetString(), tokenizer.Decode(ids));
        }
    }

    [SharedTheory("data/tokenizers")]
    [InlineData("opus-mt-en-mg")]
    [InlineData("opus-mt-tc-big-fr-en")]
    public void Marian_SourceAndTarget_EqualTheReference(string family)
    {
        string folder = Repository.Shared("data", "tokenizers", family);
        Tokenizer source = MarianFolder.Read(new TokenizerFolder(folder, TokenizerClasses.Find("MarianTokenizer")!, TokenizerSettings.Read(folder), "the test"), decodesBySource: true);
        foreach ((string side, Tokenizer tokenizer) in new[] { ("source", source), ("target", source.Target!) })
        {
            int rows = 0;
            foreach (JsonElement row in GoldenFile.Lines(GoldenFile.Tokenizers("families", $"{family}.{side}.jsonl.gz")))
            {
                string id = row.GetProperty("id").GetString()!, where = $"{side} {id}";
                Encoding encoding = tokenizer.Encode(Texts[id]);
                int[] ids = row.GetProperty("ids").Ints();
                Same.Lists($"{where} ids", ids, encoding.Ids);
                Same.Lists($"{where} pieces", row.GetProperty("pieces").Strings(), tokenizer.Tokenize(Texts[id]));
                Same.Lists($"{where} tokens", row.GetProperty("tokens").Strings(), tokenizer.ConvertIdsToTokens(ids));
                AssertDecodes(tokenizer, where, ids, row.GetProperty("decode"));
                rows++;
            }
            Assert.Equal(546, rows);
        }
    }

    /// <summary>Transformers 4 decodes by the target's model, 5 by the source's: seven of the 546 texts show it.</summary>
    [SharedFact("data/tokenizers")]
    public void Marian_Decoding_IsByTheTargetsModel()
    {
        Tokenizer tokenizer = AutoTokenizer.FromPretrained(Repository.Shared("data", "tokenizers", "opus-mt-en-mg"));
        int rows = 0;
        foreach (JsonElement row in GoldenFile.Lines(GoldenFile.Tokenizers("transformers4", "opus-mt-en-mg.source.slow.diff.jsonl.gz")))
        {
            AssertDecodes(tokenizer, row.GetProperty("id").GetString()!, row.GetProperty("ids").Ints(), row.GetProperty("decode"));
            rows++;
        }
        Assert.Equal(7, rows);
    }

    [Theory]
    [InlineData("en")]
    [InlineData("fr")]
    [InlineData("de")]
    [InlineData("ko")]
    public void MosesPunctuation_EveryText_EqualsTheReference(string language)
    {
        Dictionary<string, string> changed = GoldenFile.Lines(GoldenFile.Tokenizers("families", "marian-punctuation.jsonl.gz"))
            .ToDictionary(static row => row.GetProperty("id").GetString()!, row => row.GetProperty("normalized").GetProperty(language).GetString()!);
        foreach ((string id, string text) in Texts)
            Same.Values($"{language} {id}", changed.GetValueOrDefault(id, text), MosesPunctuation.Normalize(text, language));
        Assert.Equal(53, changed.Count);
    }

    [SharedTheory("data/tokenizers")]
    [InlineData("tiktoken.gpt2", "gpt2/gpt2.tiktoken")]
    [InlineData("tiktoken.cl100k_base", "openai/cl100k_base.tiktoken")]
    [InlineData("tiktoken.whisper-multilingual", "whisper/multilingual.tiktoken")]
    public void Tiktoken_EveryText_EqualsTheLibrary(string name, string file)
    {
        Tokenizer tokenizer = AutoTokenizer.FromPretrained(Repository.Shared(["data", "tokenizers", .. file.Split('/')]));
        int rows = 0;
        foreach (JsonElement row in GoldenFile.Lines(GoldenFile.Tokenizers("families", name + ".jsonl.gz")))
        {
            string id = row.GetProperty("id").GetString()!;
            int[] ids = row.GetProperty("ids").Ints();
            Same.Lists($"{id} ids", ids, tokenizer.Encode(Texts[id]).Ids);
            Same.Values($"{id} decode", row.GetProperty("decode").GetString(), tokenizer.Decode(ids));
            rows++;
        }
        Assert.Equal(546, rows);
    }

    /// <summary>What the reference makes of every text: of a bare SentencePiece model, and of decoded text, what transformers 4 makes.</summary>
    private static IEnumerable<JsonElement> Rows(string family)
    {
        // Goldens made with Llama 2's vocabulary stay out of the repository, for its licence.
        string Golden(params string[] parts) => family == "llama2" ? Repository.Shared(["golden", "tokenizers", .. parts]) : GoldenFile.Tokenizers(parts);
        string[] differing = ["albert-base", "clip-vit-base-patch32", "gpt2", "llama2", "roberta-base", "spm-bpe-as-llama", "spm-unigram-as-t5", "spm-unigram-as-xlm-roberta", "xlnet-zh"];
        Dictionary<string, JsonElement> byVersion4 = differing.Contains(family)
            ? GoldenFile.Lines(Golden("transformers4", family + ".fast.diff.jsonl.gz")).ToDictionary(static row => row.GetProperty("id").GetString()!)
            : [];
        foreach (JsonElement row in GoldenFile.Lines(Golden("families", family + ".jsonl.gz")))
            yield return byVersion4.GetValueOrDefault(row.GetProperty("id").GetString()!, row);
    }

    private static void AssertDecodes(Tokenizer tokenizer, string where, int[] ids, JsonElement decode)
    {
        Same.Values($"{where} keep", decode.GetProperty("keep").GetString(), tokenizer.Decode(ids, false, cleanUpTokenizationSpaces: false));
        Same.Values($"{where} skip", decode.GetProperty("skip").GetString(), tokenizer.Decode(ids, true, cleanUpTokenizationSpaces: false));
        Same.Values($"{where} keep_clean", decode.GetProperty("keep_clean").GetString(), tokenizer.Decode(ids, false, cleanUpTokenizationSpaces: true));
        Same.Values($"{where} skip_clean", decode.GetProperty("skip_clean").GetString(), tokenizer.Decode(ids, true, cleanUpTokenizationSpaces: true));
    }

    private static void AssertEncodes(Tokenizer tokenizer, string id, string text, JsonElement row)
    {
        Encoding encoding = tokenizer.Encode(text);
        Encoding inCodePoints = tokenizer.Encode(text, options: new EncodeOptions { OffsetUnit = OffsetUnit.CodePoint });
        Same.Lists($"{id} ids", row.GetProperty("ids").Ints(), encoding.Ids);
        Same.Lists($"{id} tokens", row.GetProperty("tokens").Strings(), encoding.Tokens);
        Same.Lists($"{id} offsets_utf16", row.GetProperty("offsets_utf16").Ints(), encoding.Offsets.Flat());
        Same.Lists($"{id} offsets", row.GetProperty("offsets").Ints(), inCodePoints.Offsets.Flat());
        Same.Lists($"{id} word_ids", row.GetProperty("word_ids").OptionalInts(), encoding.WordIds);
        Same.Lists($"{id} special_tokens_mask", row.GetProperty("special_tokens_mask").Ints(), encoding.SpecialTokensMask);
        Same.Lists($"{id} type_ids", row.GetProperty("type_ids").Ints(), encoding.TypeIds);
        Assert.All(encoding.AttentionMask, static value => Assert.Equal(1, value));
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
