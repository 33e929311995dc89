using System.Runtime.InteropServices;
using System.Text;

namespace Akin.Tokenizers.Training;

/// <summary>The pieces that a Unigram training starts from: all characters, and what is there more than once in the words, the most of text first.</summary>
internal static class UnigramSeeds
{
    private const int Boundary = 1; // after every word; 0 is the end of all

    /// <summary>Finds the pieces with the logarithms of their shares.</summary>
    /// <param name="words">The words and how often each is there.</param>
    /// <param name="maximumLength">The longest piece, in code points.</param>
    /// <param name="maximumCount">How many pieces at most.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    public static List<(string Piece, double Score)> Find(KeyValuePair<string, long>[] words, int maximumLength, int maximumCount, CancellationToken cancellationToken)
    {
        Dictionary<int, long> characters = [];
        long length = 1;
        foreach ((string word, long count) in words)
        {
            length++;
            foreach (Rune rune in word.EnumerateRunes())
            {
                length++;
                if (rune.Value != 0)
                    CollectionsMarshal.GetValueRefOrAddDefault(characters, rune.Value, out _) += count;
            }
        }
        if (length > Array.MaxLength)
            throw new TokenizerException($"the words of the corpus have {length} characters together; at most {Array.MaxLength} are supported: train on a part of the corpus");
        List<(string Piece, double Score)> pieces = [.. characters.OrderByDescending(static entry => entry.Value).ThenByDescending(static entry => entry.Key)
            .Select(static entry => (char.ConvertFromUtf32(entry.Key), (double)entry.Value))];

        // Symbols in code point order, so that texts sort as they do; each word is there once, however often it is in the corpus, as in the reference.
        int[] codePoints = [.. characters.Keys.Order()];
        Dictionary<int, int> symbolOf = codePoints.Select(static (codePoint, i) => (codePoint, i)).ToDictionary(static pair => pair.codePoint, static pair => pair.i + 2);
        int[] text = new int[length];
        int at = 0;
        foreach ((string word, _) in words)
        {
            foreach (Rune rune in word.EnumerateRunes())
                text[at++] = rune.Value == 0 ? Boundary : symbolOf[rune.Value];
            text[at++] = Boundary;
        }
        foreach (Repeat repeat in MostText(text, codePoints.Length + 2, maximumLength, Math.Max(maximumCount - pieces.Count, 1), cancellationToken))
            pieces.Add((string.Concat(text[repeat.Start..(repeat.Start + repeat.Length)].Select(symbol => char.ConvertFromUtf32(codePoints[symbol - 2]))), repeat.Score));

        double logarithmOfSum = Math.Log(pieces.Sum(static piece => piece.Score));
        foreach (ref (string Piece, double Score) piece in CollectionsMarshal.AsSpan(pieces))
            piece.Score = Math.Log(piece.Score) - logarithmOfSum;
        return pieces;
    }

    /// <summary>The repeated parts of the text that cover the most of it, then the greatest text first.</summary>
    private static IEnumerable<Repeat> MostText(int[] text, int symbolCount, int maximumLength, int maximumCount, CancellationToken cancellationToken)
    {
        int[] suffixes = SuffixArray.Build(text, symbolCount);
        cancellationToken.ThrowIfCancellationRequested();
        int[] common = SuffixArray.CommonPrefixes(text, suffixes);
        cancellationToken.ThrowIfCancellationRequested();
        List<Repeat> repeats = FindRepeats(text, suffixes, common, maximumLength);
        if (repeats.Count > maximumCount)
        {
            long[] scores = [.. repeats.Select(static repeat => repeat.Score)];
            Array.Sort(scores);
            long least = scores[^maximumCount];
            repeats.RemoveAll(repeat => repeat.Score < least);
        }
        repeats.Sort((x, y) => x.Score != y.Score
            ? y.Score.CompareTo(x.Score)
            : text.AsSpan(y.Start, y.Length).SequenceCompareTo(text.AsSpan(x.Start, x.Length)));
        return repeats.Take(maximumCount);
    }

    /// <summary>
    /// The inner nodes of the suffix tree: runs of suffixes in order that have more in common with one another than with those around them.
    /// </summary>
    private static List<Repeat> FindRepeats(int[] text, int[] suffixes, int[] common, int maximumLength)
    {
        List<Repeat> repeats = [];
        Stack<(int First, int Depth)> open = new();
        open.Push((0, 0));
        for (int i = 1; i <= suffixes.Length; i++)
        {
            int depth = i < suffixes.Length ? common[i] : 0, first = i - 1;
            while (open.Peek().Depth > depth)
            {
                (first, int length) = open.Pop();
                int start = suffixes[first];
                if (length >= 2 && length <= maximumLength && !text.AsSpan(start, length).Contains(Boundary))
                    repeats.Add(new Repeat(start, length, (long)(i - first) * length));
            }
            if (depth > open.Peek().Depth)
                open.Push((first, depth));
        }
        return repeats;
    }

    /// <summary>A part of the text that is there more than once.</summary>
    /// <param name="Start">Where it is.</param>
    /// <param name="Length">Its length.</param>
    /// <param name="Score">How much text it covers: how often it is there times its length.</param>
    private readonly record struct Repeat(int Start, int Length, long Score);
}
