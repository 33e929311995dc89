using System.Text;

namespace Akin.Training.Losses;

/// <summary>Damages a text as TSDAE does: words are left out at random, one stays at least.</summary>
internal static class WordDeletion
{
    /// <summary>Deletes words; in scripts that write none apart, characters.</summary>
    /// <param name="text">The text.</param>
    /// <param name="share">The share of words that is deleted on average.</param>
    /// <param name="seed">Another seed deletes other words.</param>
    /// <param name="number">So does another number of the text.</param>
    public static string Apply(string text, double share, ulong seed, int number)
    {
        string[] words = [.. Words(text)];
        if (words.Length == 0)
        {
            return text;
        }

        Random random = new(HashCode(seed, number));
        bool[] kept = [.. words.Select(_ => random.NextDouble() >= share)];
        kept[random.Next(words.Length)] |= !kept.Contains(true);
        StringBuilder damaged = new();
        foreach (string word in words.Where((_, i) => kept[i]))
        {
            damaged.Append(word);
        }

        return damaged.ToString().Trim();
    }

    /// <summary>The words, each with the white space in front of it.</summary>
    private static IEnumerable<string> Words(string text)
    {
        int start = 0;
        bool hasLetters = false;
        for (int i = 0; i < text.Length; i++)
        {
            bool isSpace = char.IsWhiteSpace(text[i]);
            if (hasLetters && (isSpace || StandsAlone(text[i]) || StandsAlone(text[i - 1])))
            {
                yield return text[start..i];
                (start, hasLetters) = (i, false);
            }

            hasLetters |= !isSpace;
        }

        if (hasLetters)
        {
            yield return text[start..];
        }
    }

    /// <summary>Chinese characters and kana: words are not written apart.</summary>
    private static bool StandsAlone(char letter) => letter is (>= '\u3040' and <= '\u30FF') or (>= '\u3400' and <= '\u9FFF') or (>= '\uF900' and <= '\uFAFF');

    private static int HashCode(ulong seed, int number) => unchecked((int)((seed * 0x9E3779B97F4A7C15) >> 32) + (number * 0x2545F491));
}
