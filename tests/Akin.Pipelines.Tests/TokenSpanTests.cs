namespace Akin.Pipelines.Tests;

public sealed class TokenSpanTests
{
    [Fact]
    public void FindBest_OfRandomLogits_FindsWhatSortingAllSpansFinds()
    {
        Random random = new(7);
        for (int round = 0; round < 200; round++)
        {
            int tokens = random.Next(1, 20), first = random.Next(tokens), last = random.Next(first, tokens), longest = random.Next(1, 6), count = random.Next(1, 12);
            float[] starts = Logits(), ends = Logits();
            IEnumerable<TokenSpan> all =
                from start in Enumerable.Range(first, last - first + 1)
                from end in Enumerable.Range(start, last - start + 1)
                where end - start < longest
                select new TokenSpan(start, end, (double)starts[start] + ends[end]);
            Assert.Equal(all.OrderByDescending(span => span.Score).Take(count), TokenSpan.FindBest(starts, ends, first..(last + 1), count, longest));

            float[] Logits() => [.. Enumerable.Range(0, tokens).Select(_ => (float)random.Next(5))]; // with many ties
        }
    }

    [Fact]
    public void FindBest_WithoutContext_FindsNothing() => Assert.Empty(TokenSpan.FindBest([1, 2], [1, 2], default, 3, 3));
}
