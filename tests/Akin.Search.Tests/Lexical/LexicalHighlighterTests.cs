using Akin.Search.Lexical;
using Akin.Search.Lexical.Analysis;

namespace Akin.Search.Tests.Lexical;

public sealed class LexicalHighlighterTests
{
    private static readonly LexicalHighlighter Highlighter = new(TextAnalyzers.Default);

    [Theory]
    [InlineData("The refunds, a refund", "refund", "The [refunds], a [refund]")]
    [InlineData("red apple, red pear", "\"red apple\"", "[red] [apple], red pear")]
    [InlineData("red apple, red pear", "+pear -red", "red apple, red [pear]")]
    [InlineData("환불은 구매일로부터 7일 이내에만", "환불을 7일", "[환불]은 구매일로부터 [7일] 이내에만")]
    [InlineData("请问如何重置密码？", "重置", "请问如何[重置]密码？")]
    [InlineData("nothing here", "apple", "nothing here")]
    [InlineData("", "apple", "")]
    public void Snippet_OfAShortText_MarksWhatMatches(string text, string query, string expected) =>
        Assert.Equal(expected, Highlighter.Snippet(text, LexicalQuery.Parse(query), length: 200, "[", "]"));

    [Fact]
    public void Snippet_OfALongText_ShowsThePartWithMostWords()
    {
        string text = string.Concat(Enumerable.Repeat("one lonely apple far from everything else in the garden ", 10)) + "a red apple and a green pear " + string.Concat(Enumerable.Repeat("nothing of interest ", 10));
        string snippet = Highlighter.Snippet(text, LexicalQuery.Words("green apple pear"), length: 60, "[", "]");
        Assert.Contains("[apple] and a [green] [pear]", snippet);
        Assert.StartsWith("…", snippet);
        Assert.EndsWith("…", snippet);
        Assert.InRange(snippet.Length, 30, 70);
    }

    [Fact]
    public void Snippet_OfAnyLength_StaysInsideTheText()
    {
        const string Text = "𠮷野家 apple 𠮷野家 apple𠮷 pear";
        for (int length = 1; length < Text.Length + 3; length++)
        {
            string snippet = Highlighter.Snippet(Text, LexicalQuery.Words("apple pear"), length);
            Assert.Contains(snippet.Trim('…'), Text);
            Assert.False(char.IsLowSurrogate(snippet.Trim('…').FirstOrDefault()) || char.IsHighSurrogate(snippet.Trim('…').LastOrDefault()), $"{length}: {snippet}");
        }
    }
}
