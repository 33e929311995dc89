using System.Text.Json;

namespace Akin.Tokenizers.Tests;

/// <summary>Decoding id by id, against the reference's stream and against decoding all at once.</summary>
public class DecodeStreamTests
{
    [SharedTheory("data/tokenizers")]
    [InlineData("bert-base-uncased")]
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
}
