using System.Text.Json;
using Akin.Tokenizers.SentencePiece;
using Akin.Tokenizers.Text;

namespace Akin.Tokenizers.Tests;

/// <summary>SentencePiece models read natively, equal to the library in everything that it gives.</summary>
public class SentencePieceTests
{
    private const float ScoreTolerance = 1e-4f; // as the golden notes have it: scores are sums of float32

    private static readonly Dictionary<string, string> Texts = GoldenFile.Lines(GoldenFile.Tokenizers("texts.jsonl"))
        .ToDictionary(static row => row.GetProperty("id").GetString()!, static row => row.GetProperty("text").GetString()!);

    [Theory]
    [InlineData("unigram")]
    [InlineData("unigram-byte-fallback")]
    [InlineData("unigram-symbols")]
    [InlineData("unigram-suffix")]
    [InlineData("bpe")]
    [InlineData("bpe-byte-fallback")]
    [InlineData("bpe-symbols")]
    [InlineData("char")]
    [InlineData("word")]
    public void TrainedModel_EveryText_EqualsTheLibrary(string name)
    {
        Tokenizer tokenizer = SentencePieceTokenizer.FromFile(GoldenFile.Tokenizers("sentencepiece", name + ".model"));
        int rows = 0;
        foreach (JsonElement row in GoldenFile.Lines(GoldenFile.Tokenizers("sentencepiece", name + ".encodings.jsonl.gz")))
        {
            string text = row.GetProperty("text").GetString()!;
            NormalizedText normalized = new(text);
            tokenizer.Normalizer!.Normalize(normalized);
            Same.Values($"{text} normalized", row.GetProperty("normalized").GetString(), normalized.Text.ToString());
            AssertEncodes(tokenizer, text, text, row);
            int[] ids = row.GetProperty("ids").Ints();
            Same.Values($"{text} decode_pieces", row.GetProperty("decode_pieces").GetString(), tokenizer.Decoder!.Decode(row.GetProperty("pieces").Strings()));
            SentencePieceFile model = ((SentencePieceModel)tokenizer.Model).File;
            if (row.GetProperty("ids_bos_eos").ValueKind == JsonValueKind.Array)
                Same.Lists(text, row.GetProperty("ids_bos_eos").Ints(), [model.BeginningId ?? model.UnknownId, .. ids, model.EndId ?? model.UnknownId]);
            rows++;
        }
        Assert.Equal(94, rows);
    }

    [Theory]
    [InlineData("unigram")]
    [InlineData("unigram-byte-fallback")]
    [InlineData("unigram-symbols")]
    [InlineData("unigram-suffix")]
    public void EncodeNBest_EveryText_EqualsTheLibrary(string name)
    {
        Tokenizer tokenizer = SentencePieceTokenizer.FromFile(GoldenFile.Tokenizers("sentencepiece", name + ".model"));
        int cuts = 0;
        foreach (JsonElement row in GoldenFile.Lines(GoldenFile.Tokenizers("sentencepiece", name + ".encodings.jsonl.gz")))
        {
            string text = row.GetProperty("text").GetString()!;
            if (row.GetProperty("nbest").ValueKind != JsonValueKind.Array)
                continue;
            (int[] Ids, float Score)[] expected = [.. row.GetProperty("nbest").EnumerateArray().Select(static cut => (cut.GetProperty("ids").Ints(), cut.GetProperty("score").GetSingle()))];
            IReadOnlyList<(int[] Ids, float Score)> actual = SentencePieceTokenizer.EncodeNBest(tokenizer, text, 4);
            Same.Values($"{text} number of cuts", expected.Length, actual.Count);
            IReadOnlyList<(int[] Ids, float Score)> more = SentencePieceTokenizer.EncodeNBest(tokenizer, text, 200);
            for (int i = 0; i < expected.Length; i++, cuts++)
            {
                Assert.InRange(actual[i].Score, expected[i].Score - ScoreTolerance, expected[i].Score + ScoreTolerance);
                // Which of several cuts with equal scores come first depends on a heap in the library: they are all among the best.
                Assert.Contains(more, cut => Math.Abs(cut.Score - expected[i].Score) <= ScoreTolerance && cut.Ids.SequenceEqual(expected[i].Ids));
            }
        }
        Assert.True(cuts >= 210, $"{cuts} cuts");
    }

    [Theory]
    [InlineData("bpe")]
    [InlineData("bpe-byte-fallback")]
    [InlineData("bpe-symbols")]
    [InlineData("unigram")]
    public void LongTextWithoutSpaces_IsCutLikeItsParts(string name)
    {
        Tokenizer tokenizer = SentencePieceTokenizer.FromFile(GoldenFile.Tokenizers("sentencepiece", name + ".model"));
        string part = "theferryleavesat9한국어中文", text = string.Concat(Enumerable.Repeat(part, 20_000));
        int[] buffer = new int[3 * text.Length];
        int count = tokenizer.EncodeIds(text, buffer);
        Assert.Equal(tokenizer.Encode(text).Ids, buffer[..count]);
        Assert.Equal(tokenizer.Decode(tokenizer.Encode(part + part + part).Ids).Replace(" ", ""), tokenizer.Decode(buffer[..count]).Replace(" ", "")[..(3 * tokenizer.Decode(tokenizer.Encode(part).Ids).Replace(" ", "").Length)]);
    }

    [Fact]
    public void EncodeNBest_WithoutUnigram_IsRefused()
    {
        Tokenizer bpe = SentencePieceTokenizer.FromFile(GoldenFile.Tokenizers("sentencepiece", "bpe.model"));
        Assert.Contains("Unigram", Assert.Throws<TokenizerException>(() => SentencePieceTokenizer.EncodeNBest(bpe, "text", 2)).Message, StringComparison.Ordinal);
        Assert.Throws<TokenizerException>(() => SentencePieceTokenizer.EncodeNBest(Samples.Bert(), "text", 2));
    }

    [Theory]
    [InlineData("unigram")]
    [InlineData("unigram-byte-fallback")]
    [InlineData("unigram-symbols")]
    [InlineData("unigram-suffix")]
    [InlineData("bpe")]
    [InlineData("bpe-byte-fallback")]
    [InlineData("bpe-symbols")]
    [InlineData("char")]
    [InlineData("word")]
    public void File_Pieces_EqualTheLibrary(string name)
    {
        SentencePieceFile file = SentencePieceFile.Read(GoldenFile.Tokenizers("sentencepiece", name + ".model"));
        JsonElement[] pieces = [.. GoldenFile.Lines(GoldenFile.Tokenizers("sentencepiece", name + ".pieces.jsonl.gz"))];
        Assert.Equal(pieces.Length, file.Pieces.Count);
        for (int id = 0; id < pieces.Length; id++)
        {
            Assert.Equal(pieces[id].GetProperty("piece").GetString(), file.Pieces[id].Text);
            Assert.Equal(pieces[id].GetProperty("score").GetSingle(), file.Pieces[id].Score);
            Assert.Equal(pieces[id].GetProperty("type").GetString()!.Replace("_", "", StringComparison.Ordinal), file.Pieces[id].Type.ToString(), ignoreCase: true);
        }
        JsonElement facts = GoldenFile.Json(GoldenFile.Tokenizers("sentencepiece", "models.json")).GetProperty("models").GetProperty(name);
        Assert.Equal(facts.GetProperty("ids").GetProperty("unk").GetInt32(), file.UnknownId);
        Assert.Equal(facts.GetProperty("ids").GetProperty("bos").GetInt32(), file.BeginningId ?? -1);
        Assert.Equal(facts.GetProperty("ids").GetProperty("eos").GetInt32(), file.EndId ?? -1);
        Assert.Equal(facts.GetProperty("ids").GetProperty("pad").GetInt32(), file.PaddingId ?? -1);
        JsonElement trainer = facts.GetProperty("trainer_spec"), normalizer = facts.GetProperty("normalizer_spec");
        Assert.Equal(trainer.GetProperty("model_type").GetInt32(), (int)file.Algorithm);
        Assert.Equal(trainer.GetProperty("byte_fallback").GetBoolean(), file.ByteFallback);
        Assert.Equal(trainer.GetProperty("treat_whitespace_as_suffix").GetBoolean(), file.WhitespaceAsSuffix);
        Assert.Equal(trainer.GetProperty("unk_surface").GetString(), file.UnknownSurface);
        Assert.Equal(normalizer.GetProperty("name").GetString(), file.Normalization.Name);
        Assert.Equal(normalizer.GetProperty("add_dummy_prefix").GetBoolean(), file.Normalization.AddDummyPrefix);
        Assert.Equal(normalizer.GetProperty("remove_extra_whitespaces").GetBoolean(), file.Normalization.RemoveExtraWhitespace);
        Assert.Equal(normalizer.GetProperty("escape_whitespaces").GetBoolean(), file.Normalization.EscapeWhitespace);
        Assert.Equal(normalizer.GetProperty("charsmap_bytes").GetInt32(), file.Normalization.CharacterMap?.Bytes.Length ?? 0);
    }

    [SharedTheory("data/tokenizers", "golden/tokenizers")]
    [InlineData("albert-base", "albert-base/spiece.model")]
    [InlineData("xlnet-zh", "xlnet-zh/spiece.model")]
    [InlineData("llama2", "llama2/tokenizer.model")]
    [InlineData("opus-mt-en-mg.source", "opus-mt-en-mg/source.spm")]
    [InlineData("opus-mt-en-mg.target", "opus-mt-en-mg/target.spm")]
    [InlineData("opus-mt-tc-big-fr-en.source", "opus-mt-tc-big-fr-en/source.spm")]
    [InlineData("ort-nmt-joint", "ort-nmt-joint/vocab.joint.spm")]
    [InlineData("test-unigram", "sentencepiece-tests/test_sentencepiece.model")]
    [InlineData("test-bpe", "sentencepiece-tests/test_sentencepiece_bpe.model")]
    [InlineData("test-bytefallback", "sentencepiece-tests/test_sentencepiece_with_bytefallback.model")]
    public void PublishedModel_EveryText_EqualsTheLibrary(string name, string file)
    {
        Tokenizer tokenizer = SentencePieceTokenizer.FromFile(Repository.Shared(["data", "tokenizers", .. file.Split('/')]));
        // Goldens made with Llama 2's vocabulary stay out of the repository, for its licence.
        string golden = $"spm.{name}.jsonl.gz";
        golden = name == "llama2" ? Repository.Shared("golden", "tokenizers", "families", golden) : GoldenFile.Tokenizers("families", golden);
        int rows = 0;
        foreach (JsonElement row in GoldenFile.Lines(golden))
        {
            string id = row.GetProperty("id").GetString()!;
            Same.Values($"{id} normalized", row.GetProperty("normalized").GetString(), tokenizer.Normalizer!.Normalize(Texts[id]));
            AssertEncodes(tokenizer, id, Texts[id], row);
            rows++;
        }
        Assert.Equal(546, rows);
    }

    private static void AssertEncodes(Tokenizer tokenizer, string where, string text, JsonElement expected)
    {
        Encoding encoding = tokenizer.Encode(text);
        int[] ids = expected.GetProperty("ids").Ints();
        Same.Lists($"{where} ids", ids, encoding.Ids);
        Same.Lists($"{where} pieces", expected.GetProperty("pieces").Strings(), encoding.Tokens);
        Same.Lists($"{where} offsets_utf16", expected.GetProperty("offsets_utf16").Ints(), encoding.Offsets.Flat());
        Same.Values($"{where} decode", expected.GetProperty("decode").GetString(), tokenizer.Decode(ids));
        int[] buffer = new int[ids.Length];
        Assert.Equal(ids.Length, tokenizer.EncodeIds(text, buffer));
        Same.Lists($"{where} span path", ids, buffer);
    }
}
