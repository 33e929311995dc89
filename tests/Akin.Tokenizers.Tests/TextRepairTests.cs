using System.Text.Json;
using Akin.Tokenizers.Normalizers;
using Akin.Tokenizers.Text;

namespace Akin.Tokenizers.Tests;

public class TextRepairTests
{
    [Theory]
    [InlineData("\u1112\u1161\u11AB\u1100\u1173\u11AF", "한글")]
    [InlineData("\uD558\u11AB", "한")]
    [InlineData("\u1100\u1161\u1100", "가\u1100")]
    [InlineData("\u1161\u11A8", "\u1161\u11A8")]
    [InlineData("한\u11AB", "한\u11AB")]
    [InlineData("e\u0301 ㄱㅏ \u212B", "e\u0301 ㄱㅏ \u212B")]
    [InlineData("x\u1100\u1161\u11A7y", "x가\u11A7y")]
    [InlineData("", "")]
    public void HangulCompose_JoinsJamoAndNothingElse(string text, string expected) => Assert.Equal(expected, HangulRepair.Compose(text));

    [Fact]
    public void HangulCompose_EverySyllableTakenApart_ComesBack()
    {
        string all = string.Concat(Enumerable.Range(0xAC00, 11172).Select(static unit => (char)unit));
        Assert.Equal(all, HangulRepair.Compose(new UnicodeForm(UnicodeFormKind.NFD).Normalize(all)));
        Assert.Same(all, HangulRepair.Compose(all));
    }

    [Fact]
    public void Utf16Repair_UnpairedSurrogates_BecomeReplacementCharacters()
    {
        foreach (JsonElement row in GoldenFile.Json(GoldenFile.Tokenizers("surrogates.json")).GetProperty("cases").EnumerateArray())
        {
            string text = string.Concat(row.GetProperty("utf16_code_units").Ints().Select(static unit => (char)unit));
            Assert.Equal(row.GetProperty("encode_as_text").GetString(), Utf16Repair.Repair(text));
            Assert.True(Utf16Repair.IsWellFormed(Utf16Repair.Repair(text)));
        }
        Assert.Same("a😀", Utf16Repair.Repair("a😀"));
    }

    [Theory]
    [InlineData('a', "Latin")]
    [InlineData('한', "Hangul")]
    [InlineData('漢', "Han")]
    [InlineData('あ', "Hiragana")]
    [InlineData('カ', "Katakana")]
    [InlineData('я', "Cyrillic")]
    [InlineData('1', "Common")]
    [InlineData('\u0301', "Inherited")]
    [InlineData(0x1F600, "Common")]
    [InlineData(0x20000, "Han")]
    [InlineData(0x10300, "Old_Italic")]
    [InlineData(0x10FFFF, "Unknown")]
    [InlineData(0xD800, "Unknown")]
    public void UnicodeScript_OfACodePoint_HasItsUnicodeName(int codePoint, string expected) => Assert.Equal(expected, UnicodeScript.NameOf(codePoint));

    [Theory]
    [InlineData("한국어 text 입니다", "Hangul")]
    [InlineData("123 !?", null)]
    [InlineData("中文 and English", "Latin")]
    public void UnicodeScript_MostUsed_CountsLettersOnly(string text, string? expected) => Assert.Equal(expected, UnicodeScript.MostUsed(text));

    [Fact]
    public void UnicodeScript_BeyondUnicode_IsRefused() => Assert.Throws<ArgumentOutOfRangeException>(() => UnicodeScript.NameOf(0x110000));
}
