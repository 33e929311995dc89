using System.Text.RegularExpressions;
using Akin.Search.Passages;
using Akin.Tokenizers;

namespace Akin.Search.Tests.Passages;

public sealed class PassageTests
{
    private const string Text = "One two three. Four five six seven! Eight nine. Ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen. End.";

    [Fact]
    public void Split_AtSentences_KeepsThemWholeAndCutsOnlyLongerOnes()
    {
        Assert.Equal(
            ["One two three. Four five six seven!", "Eight nine.", "Ten eleven twelve thirteen fourteen fifteen sixteen", "seventeen eighteen. End."],
            Cut(Text, new PassageOptions { Length = 7 }));
        Assert.Equal([Text], Cut(Text, new PassageOptions()));
        Assert.Equal([""], Cut("", new PassageOptions()));
    }

    [Fact]
    public void Split_WithOverlap_RepeatsWholeSentencesThatFit()
    {
        Assert.Equal(
            ["One two three. Four five six seven!", "Four five six seven! Eight nine."],
            Cut(Text, new PassageOptions { Length = 7, Overlap = 4 }).Take(2));
        Assert.Equal(["One two three. Four", "three. Four five six", "five six seven! Eight"], Cut(Text, new PassageOptions { Length = 4, Overlap = 2, Unit = PassageUnit.Token }).Take(3));
    }

    [Theory]
    [InlineData(1, 0)]
    [InlineData(3, 2)]
    [InlineData(5, 1)]
    [InlineData(8, 7)]
    public void Split_OfAnyText_LosesNothingAndRepeatsNoMoreThanAsked(int length, int overlap)
    {
        Random random = new(length);
        for (int round = 0; round < 50; round++)
        {
            string text = string.Concat(Enumerable.Range(0, random.Next(60)).Select(i => $"w{i}{(random.Next(4) == 0 ? ". W" : " ")}"));
            foreach (PassageUnit unit in Enum.GetValues<PassageUnit>())
            {
                TextSpan[] places = [.. new PassageSplitter(Words, new PassageOptions { Length = length, Overlap = overlap, Unit = unit }).Places(text)];
                Assert.All(Words(text), word => Assert.Contains(places, place => place.Start <= word.Start && word.End <= place.End));
                Assert.All(places, place => Assert.True(Words(text[place.Start..place.End]).Count <= length));
                for (int i = 1; i < places.Length; i++)
                {
                    Assert.True(places[i].Start > places[i - 1].Start && places[i].End > places[i - 1].End);
                    Assert.True(places[i].Start >= places[i - 1].End || Words(text[places[i].Start..places[i - 1].End]).Count <= overlap);
                }
            }
        }
    }

    [Fact]
    public void Split_OfADocument_SaysWhereAPassageStands()
    {
        PassageSplitter splitter = new(Words, new PassageOptions { Length = 7 });
        Document[] passages = [.. splitter.Split(new Document("x", Text) { Title = "T", Metadata = """{"lang": "en"}""" })];
        Assert.Equal(["x#1", "x#2", "x#3", "x#4"], passages.Select(passage => passage.Id));
        Assert.Equal("en", passages[1].Field("lang")!.GetValue<string>());
        Assert.Equal("T", passages[1].Title);
        int start = passages[1].Field("passage.start")!.GetValue<int>();
        Assert.Equal(Text.IndexOf("Eight", StringComparison.Ordinal), start);
        Assert.Equal(passages[1].Text, Text[start..passages[1].Field("passage.end")!.GetValue<int>()]);
        Assert.Throws<PassageException>(() => splitter.Split(passages[0]));
        Assert.Throws<ArgumentOutOfRangeException>(() => new PassageSplitter(Words, new PassageOptions { Length = 3, Overlap = 3 }));
    }

    [Fact]
    public void Group_OfHits_JoinsPassagesByEveryScore()
    {
        PassageSplitter splitter = new(Words, new PassageOptions { Length = 7 });
        Document[] x = [.. splitter.Split(new Document("x", Text))], y = [.. splitter.Split(new Document("y", Text))];
        SearchHit[] hits = [new(x[0], 0.9f), new(y[0], 0.8f), new(y[1], 0.7f), new(new Document("z", "alone"), 0.85f), new(x[1], 0.1f)];
        Assert.Equal(["x", "z", "y"], PassageGroup.Of(hits).Select(group => group.DocumentId));
        Assert.Equal(["z", "y", "x"], PassageGroup.Of(hits, PassageScore.Mean).Select(group => group.DocumentId));
        Assert.Equal(["y", "x", "z"], PassageGroup.Of(hits, PassageScore.Sum).Select(group => group.DocumentId));
        Assert.Equal(["x#1", "x#2"], PassageGroup.Of(hits)[0].Passages.Select(hit => hit.Document.Id));
    }

    private static string[] Cut(string text, PassageOptions options) => [.. new PassageSplitter(Words, options).Places(text).Select(place => text[place.Start..place.End])];

    private static IReadOnlyList<TextSpan> Words(string text) => [.. Regex.Matches(text, @"\S+").Select(match => new TextSpan(match.Index, match.Index + match.Length))];
}
