using System.Buffers.Binary;
using Akin.Tokenizers.Gguf;
using Akin.Tokenizers.Models;

namespace Akin.Tokenizers.Tests;

/// <summary>Vocabularies inside GGUF files give the ids of the tokenizers that they came from.</summary>
public class GgufTests
{
    private static readonly string[] Texts = [.. GoldenFile.Lines(GoldenFile.Tokenizers("texts.jsonl")).Select(static row => row.GetProperty("text").GetString()!)];

    [SharedFact("models/multilingual-e5-small-cjk")]
    public void PublishedUnigram_EveryText_EqualsTheTokenizerBesideIt()
    {
        string folder = Repository.Shared("models", "multilingual-e5-small-cjk");
        Tokenizer expected = AutoTokenizer.FromPretrained(folder);
        Tokenizer actual = AutoTokenizer.FromPretrained(Path.Combine(folder, "multilingual-e5-small-cjk.Q4_0.gguf"));
        AssertSameIds(expected, actual, static text => text.Contains('\u0085')); // which the folder's pipeline, of transformers 5, treats otherwise
        Assert.Equal(expected.Settings.SpecialTokens with { Additional = [] }, actual.Settings.SpecialTokens with { Additional = [] });
        Assert.Equal(expected.VocabularySize, actual.VocabularySize);
        Assert.Contains("t5", actual.Description, StringComparison.Ordinal);
    }

    [SharedTheory("data/tokenizers")]
    [InlineData("bert-base-uncased")]
    [InlineData("bert-base-cased")]
    [InlineData("koelectra")]
    public void WordPiece_EveryText_EqualsItsVocabularyFile(string family)
    {
        Tokenizer expected = Families.Load(family, fromVocabulary: true);
        string[] tokens = [.. Enumerable.Range(0, expected.VocabularySize).Select(id => Marked(expected.IdToToken(id)!))];
        byte[] file = Named(new GgufWriter().Add("general.architecture", "bert").Add("general.odd", 1.5)
            .Add("tokenizer.ggml.model", "bert").Add("tokenizer.ggml.tokens", tokens), expected).ToArray();
        AssertSameIds(expected, Load(file), static _ => false);

        // llama.cpp marks the starts of words instead of their continuations.
        static string Marked(string token) => token is ['[', .., ']'] ? token : token.StartsWith("##", StringComparison.Ordinal) ? token[2..] : "\u2581" + token;
    }

    [SharedFact("data/tokenizers")]
    public void Unigram_OfT5_EqualsItsModel()
    {
        Tokenizer expected = Families.Load("spm-unigram-as-t5", fromVocabulary: true);
        Unigram model = (Unigram)expected.Model;
        int[] ids = [.. Enumerable.Range(0, model.Vocabulary.Count)];
        SentencePiece.SentencePieceFile source = SentencePiece.SentencePieceFile.Read(Repository.Shared("data", "tokenizers", "sentencepiece-tests", "test_sentencepiece.model"));
        byte[] file = Named(new GgufWriter().Add("tokenizer.ggml.model", "t5")
            .Add("tokenizer.ggml.tokens", [.. ids.Select(id => expected.IdToToken(id)!)])
            .Add("tokenizer.ggml.scores", [.. ids.Select(id => (float)model.Score(id))])
            .Add("tokenizer.ggml.token_type", [.. ids.Select(id => expected.AddedTokens.TryGetValue(id, out AddedToken? token) && token.Special ? 3 : 1)])
            .Add("tokenizer.ggml.precompiled_charsmap", source.Normalization.CharacterMap!.Bytes.ToArray())
            .Add("tokenizer.ggml.remove_extra_whitespaces", true).Add("tokenizer.ggml.add_bos_token", false).Add("tokenizer.ggml.add_eos_token", true), expected).ToArray();
        AssertSameIds(expected, Load(file), static text => text.Contains("<pad>", StringComparison.Ordinal)); // which the class adds behind the model's vocabulary
    }

    [SharedFact("data/tokenizers")]
    public void ByteLevel_EveryText_EqualsItsFiles()
    {
        Tokenizer expected = Families.Load("gpt2", fromVocabulary: true);
        BPE model = (BPE)expected.Model;
        byte[] file = Named(new GgufWriter().Add("tokenizer.ggml.model", "gpt2").Add("tokenizer.ggml.pre", "gpt-2")
            .Add("tokenizer.ggml.tokens", [.. Enumerable.Range(0, expected.VocabularySize).Select(id => expected.IdToToken(id)!)])
            .Add("tokenizer.ggml.merges", [.. model.Merges.Select(static merge => $"{merge.Left} {merge.Right}")]), expected).ToArray();
        AssertSameIds(expected, Load(file), static _ => false);
    }

    [Fact]
    public void SmallFile_TruncatedAtEveryByte_IsRefusedByName()
    {
        byte[] whole = Small().ToArray();
        Assert.Equal([2, 4, 5, 3], Load(whole).Encode("ab").Ids);
        for (int length = 0; length < whole.Length; length++)
        {
            TokenizerFileException problem = Assert.Throws<TokenizerFileException>(() => Load(whole[..length]));
            Assert.EndsWith("test.gguf", problem.File, StringComparison.Ordinal);
            Assert.NotEmpty(problem.Field);
        }
    }

    [Fact]
    public void SmallFile_EveryByteChanged_LoadsOrIsRefused()
    {
        byte[] whole = Small().ToArray();
        Random random = new(2);
        for (int i = 0; i < whole.Length; i++)
        {
            byte[] damaged = [.. whole];
            damaged[i] ^= (byte)random.Next(1, 256);
            try
            {
                Load(damaged).Encode("ab c [UNK] d", "e");
            }
            catch (TokenizerException problem)
            {
                Assert.NotEmpty(problem.Message);
            }
        }
    }

    [Fact]
    public void Counts_BeyondTheFile_AreRefusedBeforeMemoryIsTaken()
    {
        byte[] whole = Small().ToArray();
        int list = whole.AsSpan().IndexOf("tokenizer.ggml.tokens"u8) + "tokenizer.ggml.tokens".Length + 8;
        BinaryPrimitives.WriteUInt64LittleEndian(whole.AsSpan(list), 1UL << 32);
        TokenizerFileException problem = Assert.Throws<TokenizerFileException>(() => Load(whole));
        Assert.Equal("tokenizer.ggml.tokens", problem.Field);
        Assert.Contains("a list of 4294967296 values", problem.Message, StringComparison.Ordinal);
        BinaryPrimitives.WriteUInt64LittleEndian(whole.AsSpan(list), 6);
        BinaryPrimitives.WriteUInt64LittleEndian(whole.AsSpan(list + 8), ulong.MaxValue);
        Assert.Contains("a text of 18446744073709551615 bytes", Assert.Throws<TokenizerFileException>(() => Load(whole)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("llama", "tokenizer.ggml.model", "the vocabulary \"llama\" is not supported; supported: bert, gpt2, t5")]
    [InlineData("t5", "tokenizer.ggml.scores", "the value is missing")]
    [InlineData("gpt2", "tokenizer.ggml.merges", "the value is missing")]
    public void Kind_WithoutWhatItNeeds_IsNamed(string kind, string field, string message)
    {
        byte[] file = new GgufWriter().Add("tokenizer.ggml.model", kind).Add("tokenizer.ggml.tokens", ["a", "b"]).ToArray();
        TokenizerFileException problem = Assert.Throws<TokenizerFileException>(() => Load(file));
        Assert.Equal(field, problem.Field);
        Assert.Contains(message, problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Cutting_OfAnUnknownName_IsRefused()
    {
        byte[] file = new GgufWriter().Add("tokenizer.ggml.model", "gpt2").Add("tokenizer.ggml.pre", "newest").Add("tokenizer.ggml.tokens", ["a"]).ToArray();
        Assert.Contains("\"newest\"", Assert.Throws<TokenizerFileException>(() => Load(file)).Message, StringComparison.Ordinal);
    }

    private static GgufWriter Small() => new GgufWriter().Add("general.name", "small").Add("tokenizer.ggml.model", "bert")
        .Add("tokenizer.ggml.tokens", ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "\u2581a", "b"])
        .Add("tokenizer.ggml.unknown_token_id", 1).Add("tokenizer.ggml.cls_token_id", 2).Add("tokenizer.ggml.seperator_token_id", 3);

    private static GgufWriter Named(GgufWriter writer, Tokenizer tokenizer)
    {
        SpecialTokens special = tokenizer.Settings.SpecialTokens;
        foreach ((string name, string? token) in new[]
        {
            ("bos", special.Beginning), ("eos", special.End), ("unknown", special.Unknown), ("seperator", special.Separator), ("padding", special.Padding), ("cls", special.Classification),
            ("mask", special.Mask),
        })
        {
            if (tokenizer.TokenToId(token) is { } id && id < tokenizer.Model.Vocabulary.IdLimit)
                writer.Add($"tokenizer.ggml.{name}_token_id", (uint)id);
        }
        return writer;
    }

    private static Tokenizer Load(byte[] bytes)
    {
        using TemporaryFolder folder = new();
        string file = Path.Combine(folder.Path, "test.gguf");
        File.WriteAllBytes(file, bytes);
        return GgufTokenizer.FromFile(file);
    }

    private static void AssertSameIds(Tokenizer expected, Tokenizer actual, Func<string, bool> passOver)
    {
        int compared = 0;
        foreach (string text in Texts.Where(text => !passOver(text)))
        {
            Same.Lists(text, expected.Encode(text, "b " + text).Ids, actual.Encode(text, "b " + text).Ids);
            compared++;
        }
        Assert.True(compared > 500, $"{compared} texts");
    }
}
