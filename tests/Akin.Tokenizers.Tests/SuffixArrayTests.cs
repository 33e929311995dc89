using Akin.Tokenizers.Training;

namespace Akin.Tokenizers.Tests;

/// <summary>The suffix array against sorting all suffixes.</summary>
public class SuffixArrayTests
{
    [Fact]
    public void Build_OfRandomAndRepeatedTexts_EqualsSortingTheSuffixes()
    {
        Random random = new(1);
        for (int round = 0; round < 400; round++)
        {
            int symbols = random.Next(1, 6), length = random.Next(0, 60), period = random.Next(1, 8);
            int[] text = [.. Enumerable.Range(0, length).Select(_ => random.Next(1, symbols + 1)), 0];
            if (round % 3 == 0)
            {
                for (int i = period; i < length; i++)
                    text[i] = text[i - period];
            }
            int[] expected = [.. Enumerable.Range(0, text.Length).OrderBy(start => start, Comparer<int>.Create((x, y) => text.AsSpan(x).SequenceCompareTo(text.AsSpan(y))))];
            int[] actual = SuffixArray.Build(text, symbols + 1);
            Same.Lists(string.Join(' ', text), expected, actual);
            Same.Lists(string.Join(' ', text), [0, .. expected.Skip(1).Select((start, i) => text.AsSpan(start).CommonPrefixLength(text.AsSpan(expected[i])))], SuffixArray.CommonPrefixes(text, actual));
        }
    }
}
