using Akin.Search.Filters;

namespace Akin.Search.Tests.Filters;

/// <summary>The order of keys is the order of values.</summary>
public sealed class FieldKeyTests
{
    [Fact]
    public void OfNumber_OfAnyTwo_OrdersAndComesBack()
    {
        Random random = new(5);
        List<decimal> numbers = [0, 1, -1, decimal.MaxValue, decimal.MinValue, 0.1m, -0.1m, 0.12m, 0.123m, -0.12m, -0.123m, 100, 1000, 1e-28m, -1e-28m, 9007199254740993, 9007199254740992];
        numbers.AddRange(Enumerable.Range(0, 300).Select(_ => new decimal(random.Next(), random.Next(random.Next(1, 9)), random.Next(random.Next(1, 9)), random.Next(2) == 0, (byte)random.Next(29))));
        foreach (decimal left in numbers)
        {
            Assert.Equal(left, FieldKey.Value(FieldKey.OfNumber(left))!.GetValue<decimal>());
            foreach (decimal right in numbers)
            {
                Assert.Equal(left.CompareTo(right), Math.Sign(FieldKey.OfNumber(left).AsSpan().SequenceCompareTo(FieldKey.OfNumber(right))));
            }
        }
    }

    [Fact]
    public void OfText_OfAnyTwo_OrdersByUnitsAsTextsAreCompared()
    {
        string[] texts = ["", "a", "ab", "b", "\0", "가", "\uE000", "\uD83D\uDE00", "\uD83D", "\uFFFF", "A", new string('x', 255), new string('x', 256)];
        foreach (string left in texts)
        {
            Assert.Equal(left, FieldKey.Value(FieldKey.OfText(FieldKey.Text, left))!.GetValue<string>());
            foreach (string right in texts)
            {
                int order = FieldKey.OfText(FieldKey.Text, left).AsSpan().SequenceCompareTo(FieldKey.OfText(FieldKey.Text, right));
                Assert.Equal(Math.Sign(string.CompareOrdinal(left, right)), Math.Sign(order));
            }
        }
    }

    [Theory]
    [InlineData("""{"a":1,"b":{"c":[true,null]}}""", 6)]
    [InlineData("""{"a.b":1}""", null)]
    [InlineData("""{"a":{"b__c":1}}""", null)]
    [InlineData("""{"":1}""", null)]
    [InlineData("""{"id":5,"title":"x","text":[1]}""", 0)]
    [InlineData("""{"a":"\ud800","a":2}""", 1)]
    public void Entries_OfMetadata_AreNoneWhereNamesAreUnclear(string metadata, int? count) =>
        Assert.Equal(count, FieldEntries.Of(metadata)?.DistinctBy(entry => entry.Path + Convert.ToHexString(entry.Key)).Count());

    [Fact]
    public void Matches_OfMetadataWithANameTwice_TakesTheLater() =>
        Assert.True(DocumentFilter.Parse("""{"a":2}""").Matches(new Document("x", "") { Metadata = """{"a":1,"a":2,"b":"\ud800"}""" }));
}
