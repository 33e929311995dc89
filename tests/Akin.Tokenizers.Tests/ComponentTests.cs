using System.Text.Json;
using Akin.Tokenizers.Decoders;
using Akin.Tokenizers.Json;
using Akin.Tokenizers.Models;
using Akin.Tokenizers.Normalizers;
using Akin.Tokenizers.PostProcessors;
using Akin.Tokenizers.PreTokenizers;
using Akin.Tokenizers.Text;
using Akin.Tokenizers.Unicode;

namespace Akin.Tokenizers.Tests;

/// <summary>Every component alone, equal to the reference; none is passed over.</summary>
public class ComponentTests
{
    [Fact]
    public void Normalizers_AllProbes_EqualTheReferenceWithAlignment()
    {
        int count = Each("normalizers", Normalizer.Types, AssertNormalizes);
        Assert.Equal(37, count);
    }

    [Fact]
    public void PreTokenizers_AllProbes_EqualTheReference()
    {
        int count = Each("pre_tokenizers", PreTokenizer.Types, static (where, preTokenizer, item) =>
        {
            IReadOnlyList<(string Piece, TextSpan Span)> pieces = preTokenizer.PreTokenize(item.GetProperty("in").GetString()!);
            Same.Lists(where, item.GetProperty("pieces").Strings(), [.. pieces.Select(static piece => piece.Piece)]);
            Same.Lists(where, item.GetProperty("offsets_utf16").Ints(), pieces.Select(static piece => piece.Span).Flat());
        });
        Assert.Equal(61, count);
    }

    [Fact]
    public void Decoders_AllProbes_EqualTheReference()
    {
        int count = Each("decoders", Decoder.Types, static (where, decoder, item) =>
        {
            // Where the reference panics (Strip with a stop on an empty token) nothing is taken off.
            string[] tokens = item.GetProperty("in").Strings();
            Same.Values(where, item.OptionalString("result") ?? string.Concat(tokens), decoder.Decode(tokens));
        });
        Assert.Equal(24, count);
    }

    [Fact]
    public void Models_AllProbes_EqualTheReference()
    {
        int count = Each("models", Model.Types, static (where, model, item) =>
        {
            string text = item.GetProperty("in").GetString()!;
            List<ModelToken> tokens = [];
            if (item.OptionalString("error") is not null)
            {
                Assert.ThrowsAny<TokenizerException>(() => model.Tokenize(text, tokens));
                return;
            }
            model.Tokenize(text, tokens);
            Same.Lists(where, item.GetProperty("ids").Ints(), [.. tokens.Select(static token => token.Id)]);
            Same.Lists(where, item.GetProperty("tokens").Strings(), [.. tokens.Select(token => token.Text ?? text[token.Start..token.End])]);
            JsonElement encoded = item.GetProperty("tokenizer_encode");
            Encoding encoding = new Tokenizer(model).Encode(text);
            Same.Lists(where, encoded.GetProperty("ids").Ints(), encoding.Ids);
            Same.Lists(where, encoded.GetProperty("offsets_utf16").Ints(), encoding.Offsets.Flat());
        });
        Assert.Equal(20, count);
    }

    [Fact]
    public void PostProcessors_SinglesPairsAndOverflow_EqualTheReference()
    {
        int count = Each("post_processors", PostProcessor.Types, static (where, postProcessor, item) =>
        {
            EncodeOptions options = new() { AddSpecialTokens = item.GetProperty("add_special_tokens").GetBoolean() };
            Token[]? second = item.GetProperty("in_b").ValueKind == JsonValueKind.Null ? null : Tokens(item.GetProperty("in_b"));
            Encoding encoding = EncodingBuilder.Build(Tokens(item.GetProperty("in_a")), second, postProcessor, options);
            AssertEqual(where, item.GetProperty("out"), encoding, withSequenceIds: !where.StartsWith("Sequence Template+ByteLevel", StringComparison.Ordinal));
            Same.Lists(where, item.GetProperty("out").GetProperty("tokens").Strings(), encoding.Tokens);
        });
        Assert.Equal(16, count);
    }

    /// <summary>
    /// Everything of an encoding but its tokens; offsets as given. A ByteLevel after a template numbers the parts of the template in the
    /// reference, special tokens too, so that nobody finds the texts any more: there sequence ids stay 0 and 1 here.
    /// </summary>
    internal static void AssertEqual(string where, JsonElement expected, Encoding actual, bool withSequenceIds = true)
    {
        Same.Lists($"{where} ids", expected.GetProperty("ids").Ints(), actual.Ids);
        Same.Lists($"{where} type ids", expected.GetProperty("type_ids").Ints(), actual.TypeIds);
        Same.Lists($"{where} attention mask", expected.GetProperty("attention_mask").Ints(), actual.AttentionMask);
        Same.Lists($"{where} special tokens mask", expected.GetProperty("special_tokens_mask").Ints(), actual.SpecialTokensMask);
        Same.Lists($"{where} offsets", expected.GetProperty("offsets").Ints(), actual.Offsets.Flat());
        if (withSequenceIds)
            Same.Lists($"{where} sequence ids", expected.GetProperty("sequence_ids").OptionalInts(), actual.SequenceIds);
        Same.Lists($"{where} word ids", expected.GetProperty("word_ids").OptionalInts(), actual.WordIds);
    }

    /// <summary>The normalized text, and for each of its code points the span of the original.</summary>
    internal static void AssertNormalizes(string where, Normalizer normalizer, JsonElement item)
    {
        string text = item.GetProperty("in").GetString()!;
        NormalizedText normalized = new(text);
        normalizer.Normalize(normalized);
        Same.Values(where, item.GetProperty("out").GetString(), normalized.Text.ToString());

        List<int> alignment = [];
        for (int i = 0; i < normalized.Length;)
        {
            Utf16.CodePointAt(normalized.Text, i, out int size);
            TextSpan span = normalized.OriginalSpan(i, i + size);
            alignment.Add(Utf16.CountCodePoints(text.AsSpan(0, span.Start)));
            alignment.Add(Utf16.CountCodePoints(text.AsSpan(0, span.End)));
            i += size;
        }
        Same.Lists(where, item.GetProperty("alignment").Ints(), alignment);
    }

    private static Token[] Tokens(JsonElement encoding)
    {
        int[] ids = encoding.GetProperty("ids").Ints(), offsets = encoding.GetProperty("offsets").Ints(), words = encoding.GetProperty("word_ids").Ints();
        string[] tokens = encoding.GetProperty("tokens").Strings();
        return [.. ids.Select((id, i) => new Token(id, tokens[i], offsets[2 * i], offsets[(2 * i) + 1], words[i]))];
    }

    /// <summary>Runs the cases of every component and returns the number of components.</summary>
    private static int Each<T>(string kind, ComponentTypes<T> types, Action<string, T, JsonElement> check)
        where T : TokenizerComponent
    {
        int count = 0;
        foreach (JsonElement row in GoldenFile.Lines(GoldenFile.Tokenizers("components", kind + ".jsonl.gz")))
        {
            string name = row.GetProperty("name").GetString()!;
            if (row.GetProperty("json").GetRawText().Contains("precompiled_charsmap", StringComparison.Ordinal))
                continue; // the rule lies in a model that is not part of the repository: see CharacterMapTests
            JsonFields fields = new(row.GetProperty("json"), "golden", kind);
            T component = types.Read(fields);
            foreach (JsonElement item in row.GetProperty("cases").EnumerateArray())
                check($"{name}: {item.GetRawText()[..Math.Min(200, item.GetRawText().Length)]}", component, item);
            count++;
        }
        return count;
    }
}
