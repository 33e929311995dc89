using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Akin.Tokenizers.Json;
using Akin.Tokenizers.Normalizers;
using Akin.Tokenizers.SentencePiece;

namespace Akin.Tokenizers.Tests;

/// <summary>The compiled rules of published SentencePiece models on every code point, as Hugging Face tokenizers applies them and as SentencePiece does.</summary>
public class CharacterMapTests
{
    private const int Limit = 0x110000;
    private static readonly Dictionary<string, string> Files = new()
    {
        ["albert-base"] = "albert-base/spiece.model",
        ["opus-mt-en-mg.source"] = "opus-mt-en-mg/source.spm",
        ["opus-mt-tc-big-fr-en.source"] = "opus-mt-tc-big-fr-en/source.spm",
        ["ort-nmt-joint"] = "ort-nmt-joint/vocab.joint.spm",
        ["test-bytefallback"] = "sentencepiece-tests/test_sentencepiece_with_bytefallback.model",
    };

    [SharedFact("data/tokenizers")]
    public void Precompiled_EveryCodePointOfEveryRule_EqualsTheReference()
    {
        int rules = 0;
        foreach (JsonElement rule in Rules())
        {
            Precompiled normalizer = new(MapOf(rule));
            JsonElement single = rule.GetProperty("single");
            string?[] expected = new string?[Limit];
            foreach (JsonElement range in single.GetProperty("removed").EnumerateArray())
                expected.AsSpan(range[0].GetInt32()..(range[1].GetInt32() + 1)).Fill(string.Empty);
            foreach (JsonElement range in single.GetProperty("to_space").EnumerateArray())
                expected.AsSpan(range[0].GetInt32()..(range[1].GetInt32() + 1)).Fill(" ");
            foreach (JsonProperty entry in single.GetProperty("map").EnumerateObject())
                expected[Convert.ToInt32(entry.Name, 16)] = entry.Value.GetString();
            for (int codePoint = 0; codePoint < Limit; codePoint++)
            {
                if (codePoint is >= 0xD800 and < 0xE000)
                    continue;
                string text = new Rune(codePoint).ToString();
                Same.Values($"U+{codePoint:X4}", expected[codePoint] ?? text, normalizer.Normalize(text));
            }
            rules++;
        }
        Assert.Equal(5, rules);
    }

    [SharedFact("data/tokenizers")]
    public void BothWays_DecomposedForms_DifferWhereTheReferencesDo()
    {
        UnicodeForm decompose = new(UnicodeFormKind.NFD);
        foreach (JsonElement rule in Rules())
        {
            CharacterMap map = MapOf(rule);
            Precompiled byCluster = new(map);
            SentencePieceNormalizer byLongest = new(
                new SentencePieceNormalization { CharacterMap = map, AddDummyPrefix = false, RemoveExtraWhitespace = false, EscapeWhitespace = false });
            Dictionary<int, string[]> differing = [];
            int syllables = 0;
            for (int codePoint = 0; codePoint < Limit; codePoint++)
            {
                if (codePoint is >= 0xD800 and < 0xE000)
                    continue;
                string letter = new Rune(codePoint).ToString();
                // U+11938 (Unicode 13) is younger than the table of the NFD normalizer.
                string text = $"a{(codePoint == 0x11938 ? "\U00011935\U00011930" : decompose.Normalize(letter))}b";
                string[] both = [byCluster.Normalize(text), byLongest.Normalize(text)];
                if (both[0] == both[1])
                    continue;
                if (codePoint is >= 0xAC00 and <= 0xD7A3)
                    syllables++;
                else
                    differing[codePoint] = both;
            }
            Assert.Equal(rule.GetProperty("sentencepiece_differs_on_nfd_hangul_syllables").GetInt32(), syllables);
            foreach (JsonProperty entry in rule.GetProperty("sentencepiece_differs_on_nfd_form").EnumerateObject())
            {
                Assert.True(differing.Remove(Convert.ToInt32(entry.Name, 16), out string[]? both), entry.Name);
                Same.Lists(entry.Name, entry.Value.Strings(), both);
            }
            Assert.Empty(differing);
        }
    }

    [SharedFact("data/tokenizers")]
    public void Components_WithARule_EqualTheReferenceWithAlignment()
    {
        Dictionary<string, CharacterMap> maps = Rules().ToDictionary(static rule => rule.GetProperty("sha256").GetString()!, MapOf);
        int components = 0;
        foreach (JsonElement row in GoldenFile.Lines(GoldenFile.Tokenizers("components", "normalizers.jsonl.gz")))
        {
            JsonNode json = JsonNode.Parse(row.GetProperty("json").GetRawText())!;
            foreach (JsonNode? part in json["normalizers"]?.AsArray().ToArray() ?? [json])
            {
                if (part!["precompiled_charsmap"] is { } facts)
                    part["precompiled_charsmap"] = Convert.ToBase64String(maps[(string)facts["sha256"]!].Bytes);
            }
            if (!json.ToJsonString().Contains("precompiled_charsmap", StringComparison.Ordinal)
                || (json["normalizers"]?.AsArray().Any(static part => !Normalizer.Types.Cast<string>().Contains((string)part!["type"]!)) ?? false))
                continue;
            Normalizer normalizer = Normalizer.Types.Read(new JsonFields(JsonDocument.Parse(json.ToJsonString()).RootElement, "golden", "normalizer"));
            foreach (JsonElement item in row.GetProperty("cases").EnumerateArray())
                ComponentTests.AssertNormalizes($"{row.GetProperty("name").GetString()}: {item.GetRawText()}", normalizer, item);
            components++;
        }
        Assert.True(components >= 3, $"{components} components");
    }

    private static IEnumerable<JsonElement> Rules() =>
        GoldenFile.Json(GoldenFile.Tokenizers("unicode", "charsmaps.json.gz")).GetProperty("blobs").EnumerateObject().Select(static rule =>
        {
            JsonObject withHash = JsonNode.Parse(rule.Value.GetRawText())!.AsObject();
            withHash["sha256"] = rule.Name;
            return JsonDocument.Parse(withHash.ToJsonString()).RootElement;
        });

    private static CharacterMap MapOf(JsonElement rule) =>
        SentencePieceFile.Read(Repository.Shared(["data", "tokenizers", .. Files[rule.GetProperty("first_seen_in").GetString()!].Split('/')])).Normalization.CharacterMap!;
}
