using Akin.Search.Ranking;

namespace Akin.Search.Tests.Lexical;

public sealed class RankerTests
{
    [Theory]
    [InlineData("kitten", "sitting", 3)]
    [InlineData("", "", 0)]
    [InlineData("", "abc", 3)]
    [InlineData("flaw", "lawn", 2)]
    [InlineData("환불", "환급", 1)]
    [InlineData("𠮷野", "吉野", 1)]
    [InlineData("same", "same", 0)]
    public void EditDistance_BetweenTwoTexts_IsTheNumberOfChanges(string first, string second, int expected)
    {
        Assert.Equal(expected, EditDistance.Between(first, second));
        Assert.Equal(expected, EditDistance.Between(second, first));
    }

    [Fact]
    public void EditDistance_BetweenRandomTexts_IsThatOfTheDefinition()
    {
        Random random = new(3);
        for (int round = 0; round < 300; round++)
        {
            string first = Text(), second = Text();
            Assert.Equal(Slow(first, second), EditDistance.Between(first, second));
        }

        string Text() => string.Concat(Enumerable.Range(0, random.Next(7)).Select(_ => (char)('a' + random.Next(3))));

        static int Slow(string first, string second) =>
            first.Length == 0 ? second.Length
            : second.Length == 0 ? first.Length
            : Math.Min(Slow(first[1..], second[1..]) + (first[0] == second[0] ? 0 : 1), 1 + Math.Min(Slow(first[1..], second), Slow(first, second[1..])));
    }

    [Fact]
    public void Levenshtein_OfPairs_ScoresTheNearestHighest()
    {
        (string, string)[] pairs = [("refund", "refunds"), ("refund", "refund"), ("refund", "shipping")];
        Assert.Equal([-1, 0, -7], new LevenshteinRanker().Score(pairs, default));
        Assert.Equal([-1f / 7, 0, -7f / 8], new LevenshteinRanker { ByLength = true }.Score(pairs, default));
    }

    [Fact]
    public void NGrams_OfPairs_AreDicesCoefficient()
    {
        // "night" and "nacht" with pairs and a space at each end: 6 each, shared " n", "ht", "t ".
        float[] scores = new NGramRanker(2).Score([("night", "nacht"), ("Night", "NIGHT "), ("night", "苏"), ("night", ""), ("", "")], default);
        Assert.Equal([0.5f, 1, 0, 0, 0], scores);
        // One character: letters in common, however they are ordered.
        Assert.Equal([0.75f], new NGramRanker(1).Score([("abba", "abbc")], default));
        Assert.Throws<ArgumentOutOfRangeException>(() => new NGramRanker(0));
    }
}
