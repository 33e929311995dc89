using System.Text.Json;

namespace Akin.Tokenizers.Tests;

/// <summary>Decoding id by id, against the reference's stream and against decoding all at once.</summary>
public class DecodeStreamTests
{
    [SharedTheory("data/tokenizers")]
    [InlineData("bert-base-uncased")]
    [InlineData("roberta-base")]
    [InlineData("t5-small")]
    public void Step_EveryRecord_GivesTheChunksOfTheReference(string family)
    {
        Tokenizer tokenizer = Families.Load(family);
        int records = 0;
        foreach (JsonElement record in GoldenFile.Lines(GoldenFile.Tokenizers("matrix", "decode_stream.jsonl.gz")).Where(record => record.GetProperty("family").GetString() == family))
        {
            DecodeStream stream = tokenizer.StreamDecode();
            int[] ids = [.. record.GetProperty("ids").Ints()];
            Same.Lists($"{family} record {records++}", record.GetProperty("chunks").EnumerateArray().Select(static chunk => chunk.GetString()).ToArray(), [.. ids.Select(stream.Step)]);
        }
        Assert.Equal(49, records);
    }

    [SharedTheory("data/tokenizers")]
    [InlineData("roberta-base")]
    [InlineData("t5-small")]
    public void Steps_PutTogether_AreTheDecodedTextWithoutHalfCharacters(string family)
    {
        Tokenizer tokenizer = Families.Load(family);
        foreach (string text in GoldenFile.Lines(GoldenFile.Tokenizers("texts.jsonl")).Select(static line => line.GetProperty("text").GetString()!))
        {
            int[] ids = tokenizer.Encode(text).Ids;
            DecodeStream stream = tokenizer.StreamDecode();
            string?[] steps = [.. ids.Select(stream.Step)];
            string[] chunks = [.. steps.Append(stream.Finish()).OfType<string>()];
            Assert.Equal(tokenizer.Decode(ids, cleanUpTokenizationSpaces: false), string.Concat(chunks));
            Assert.DoesNotContain(chunks, static chunk => char.IsHighSurrogate(chunk[^1]) || char.IsLowSurrogate(chunk[0]));
        }
    }

    [SharedFact("data/tokenizers")]
    public void Finish_InsideACharacter_GivesTheReplacementCharacter()
    {
        Tokenizer tokenizer = Families.Load("roberta-base");
        DecodeStream stream = tokenizer.StreamDecode();
        int[] ids = tokenizer.Encode("🦉", options: new EncodeOptions { AddSpecialTokens = false }).Ids;
        Assert.All(ids[..^1], id => Assert.Null(stream.Step(id)));
        Assert.Equal("\uFFFD", stream.Finish());
        Assert.Null(stream.Finish());
    }
}
