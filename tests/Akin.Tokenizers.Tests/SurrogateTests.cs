using System.Text.Json;

namespace Akin.Tokenizers.Tests;

/// <summary>Text that is not well-formed UTF-16 is encoded as if every unpaired surrogate were U+FFFD, with offsets into the text as given.</summary>
public class SurrogateTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void UnpairedSurrogates_CountAsReplacementCharacter(bool cleanText)
    {
        Tokenizer tokenizer = Samples.Bert(cleanText: cleanText);
        int[] buffer = new int[64];
        foreach (JsonElement item in GoldenFile.Json(GoldenFile.Tokenizers("surrogates.json")).GetProperty("cases").EnumerateArray())
        {
            string text = string.Concat(item.GetProperty("utf16_code_units").Ints().Select(static unit => (char)unit));
            string repaired = item.GetProperty("encode_as_text").GetString()!, why = item.GetProperty("why").GetString()!;
            Encoding expected = tokenizer.Encode(repaired), actual = tokenizer.Encode(text);
            Same.Lists(why, expected.Ids, actual.Ids);
            Same.Lists(why, expected.Offsets, actual.Offsets);
            Same.Lists(why, expected.Tokens, actual.Tokens);
            Same.Lists(why, expected.Ids, buffer[..tokenizer.EncodeIds(text, buffer)]);
        }
    }
}
