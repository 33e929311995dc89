namespace Akin.Tokenizers.Training;

/// <summary>Sorts the suffixes of a text in linear time: SA-IS (Nong, Zhang and Chan, 2009), and finds what neighbours have in common.</summary>
internal static class SuffixArray
{
    /// <summary>The starts of all suffixes in their order.</summary>
    /// <param name="text">The text; its last symbol is 0 and no other is.</param>
    /// <param name="symbolCount">One more than the largest symbol.</param>
    public static int[] Build(ReadOnlySpan<int> text, int symbolCount)
    {
        int[] suffixes = new int[text.Length];
        Sort(text, suffixes, symbolCount);
        return suffixes;
    }

    /// <summary>For each suffix in order how many symbols it has in common with the one before it (Kärkkäinen, Manzini and Puglisi, 2009).</summary>
    public static int[] CommonPrefixes(ReadOnlySpan<int> text, int[] suffixes)
    {
        int[] before = new int[text.Length]; // by start of a suffix: the start of that before it in order
        before[suffixes[0]] = -1;
        for (int i = 1; i < suffixes.Length; i++)
            before[suffixes[i]] = suffixes[i - 1];
        int common = 0;
        for (int start = 0; start < text.Length; start++)
        {
            int other = before[start];
            if (other < 0)
            {
                before[start] = common = 0;
                continue;
            }
            while (text[start + common] == text[other + common]) // the 0 at the end is the only one
                common++;
            before[start] = common;
            common = Math.Max(common - 1, 0);
        }
        int[] result = new int[text.Length];
        for (int i = 0; i < result.Length; i++)
            result[i] = before[suffixes[i]];
        return result;
    }

    private static void Sort(ReadOnlySpan<int> text, Span<int> suffixes, int symbolCount)
    {
        int length = text.Length;
        if (length == 1)
        {
            suffixes[0] = 0;
            return;
        }
        bool[] isSmall = new bool[length]; // the suffix is smaller than the next one ("S-type")
        isSmall[length - 1] = true;
        for (int i = length - 2; i >= 0; i--)
            isSmall[i] = text[i] < text[i + 1] || (text[i] == text[i + 1] && isSmall[i + 1]);
        int[] bounds = new int[symbolCount];

        // Sort the parts between leftmost small suffixes by inducing from them in any order.
        suffixes.Fill(-1);
        FindBounds(text, bounds, ends: true);
        for (int i = 1; i < length; i++)
        {
            if (isSmall[i] && !isSmall[i - 1])
                suffixes[--bounds[text[i]]] = i;
        }
        Induce(text, suffixes, isSmall, bounds);

        // Name the parts by their order; equal parts get the same name.
        int partCount = 0;
        for (int i = 0; i < length; i++)
        {
            int start = suffixes[i];
            if (start > 0 && isSmall[start] && !isSmall[start - 1])
                suffixes[partCount++] = start;
        }
        suffixes[partCount..].Fill(-1);
        int nameCount = 0, previous = -1;
        for (int i = 0; i < partCount; i++)
        {
            int start = suffixes[i];
            if (previous < 0 || !SamePart(text, isSmall, start, previous))
                nameCount++;
            previous = start;
            suffixes[partCount + (start / 2)] = nameCount - 1; // parts start at least two apart
        }
        for (int i = length - 1, to = length - 1; i >= partCount; i--)
        {
            if (suffixes[i] >= 0)
                suffixes[to--] = suffixes[i];
        }

        // The text of names has at most half the length; its suffixes are the leftmost small ones.
        Span<int> names = suffixes[(length - partCount)..], sorted = suffixes[..partCount];
        if (nameCount < partCount)
        {
            Sort(names, sorted, nameCount);
        }
        else
        {
            for (int i = 0; i < partCount; i++)
                sorted[names[i]] = i;
        }
        for (int i = 1, to = 0; i < length; i++)
        {
            if (isSmall[i] && !isSmall[i - 1])
                names[to++] = i;
        }
        for (int i = 0; i < partCount; i++)
            sorted[i] = names[sorted[i]];

        // Now that these are in order, induce all others from them.
        suffixes[partCount..].Fill(-1);
        FindBounds(text, bounds, ends: true);
        for (int i = partCount - 1; i >= 0; i--)
        {
            int start = suffixes[i];
            suffixes[i] = -1;
            suffixes[--bounds[text[start]]] = start;
        }
        Induce(text, suffixes, isSmall, bounds);
    }

    private static bool SamePart(ReadOnlySpan<int> text, bool[] isSmall, int first, int second)
    {
        for (int i = 0; ; i++)
        {
            if (text[first + i] != text[second + i] || isSmall[first + i] != isSmall[second + i])
                return false;
            if (i > 0 && isSmall[first + i] && !isSmall[first + i - 1])
                return isSmall[second + i] && !isSmall[second + i - 1];
        }
    }

    private static void Induce(ReadOnlySpan<int> text, Span<int> suffixes, bool[] isSmall, int[] bounds)
    {
        FindBounds(text, bounds, ends: false);
        for (int i = 0; i < suffixes.Length; i++)
        {
            int start = suffixes[i] - 1;
            if (start >= 0 && !isSmall[start])
                suffixes[bounds[text[start]]++] = start;
        }
        FindBounds(text, bounds, ends: true);
        for (int i = suffixes.Length - 1; i >= 0; i--)
        {
            int start = suffixes[i] - 1;
            if (start >= 0 && isSmall[start])
                suffixes[--bounds[text[start]]] = start;
        }
    }

    /// <summary>Where the suffixes that start with each symbol begin or end in the order.</summary>
    private static void FindBounds(ReadOnlySpan<int> text, int[] bounds, bool ends)
    {
        Array.Clear(bounds);
        foreach (int symbol in text)
            bounds[symbol]++;
        int sum = 0;
        for (int symbol = 0; symbol < bounds.Length; symbol++)
        {
            int count = bounds[symbol];
            bounds[symbol] = ends ? sum + count : sum;
            sum += count;
        }
    }
}
