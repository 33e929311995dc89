using System.Runtime.InteropServices;
using Akin.Tokenizers.Unicode;

namespace Akin.Tokenizers.Training;

/// <summary>
/// The state of a BPE training: the tokens so far, every word as its symbols, and for every pair of neighbours how often it is there.
/// </summary>
/// <remarks>
/// Follows the reference in one thing that a textbook would not have: a queue entry knows only the words in which its pair came up at once.
/// When two different merges make the same token, its pairs come up twice, and are merged one entry after the other.
/// </remarks>
internal sealed class PairTraining(string prefix, string suffix, int maximumTokenLength)
{
    private readonly List<string> tokens = [];
    private readonly List<int> tokenLengths = []; // in characters
    private readonly Dictionary<string, int> ids = new(StringComparer.Ordinal);
    private readonly List<(int Left, int Right)> merges = [];
    private readonly Dictionary<ulong, long> pairCounts = [];
    private readonly Dictionary<ulong, List<int>> touched = []; // pairs that came up since they were queued last, and in which words
    private readonly PriorityQueue<List<int>, (long Count, ulong Pair)> queue = new(MostFrequentFirst.Instance);

    // Words one after the other: the symbols of word w are symbols[starts[w]..][..lengths[w]].
    private int[] symbols = [];
    private int[] starts = [];
    private int[] lengths = [];
    private long[] counts = [];

    /// <summary>The tokens by id.</summary>
    public IReadOnlyList<string> Tokens => tokens;

    /// <summary>The merges in the order of their ranks. Of a pair that was merged twice the last counts, as in the reference.</summary>
    public List<(string Left, string Right)> Merges()
    {
        HashSet<(int, int)> seen = [];
        List<(string, string)> result = [];
        for (int i = merges.Count - 1; i >= 0; i--)
        {
            if (seen.Add(merges[i]))
                result.Add((tokens[merges[i].Left], tokens[merges[i].Right]));
        }
        result.Reverse();
        return result;
    }

    /// <summary>Adds a token that is not there yet.</summary>
    /// <returns>Its id.</returns>
    public int AddToken(string token, int length = 1)
    {
        ref int id = ref CollectionsMarshal.GetValueRefOrAddDefault(ids, token, out bool exists);
        if (!exists)
        {
            id = tokens.Count;
            tokens.Add(token);
            tokenLengths.Add(length);
        }
        return id;
    }

    /// <summary>Adds the characters of the words, but the rarest if there may only be so many; in code point order.</summary>
    public void AddAlphabet(WordCounts words, string initial, int? limit)
    {
        Dictionary<int, long> alphabet = [];
        foreach ((string word, long count) in words.Words)
        {
            for (int i = 0; i < word.Length;)
            {
                CollectionsMarshal.GetValueRefOrAddDefault(alphabet, Utf16.CodePointAt(word, i, out int size), out _) += count;
                i += size;
            }
        }
        foreach (System.Text.Rune rune in initial.EnumerateRunes())
            alphabet[rune.Value] = long.MaxValue;
        IEnumerable<int> kept = alphabet.Keys;
        if (limit is { } most && alphabet.Count > most)
            kept = alphabet.OrderByDescending(static entry => entry.Value).ThenBy(static entry => entry.Key).Take(most).Select(static entry => entry.Key);
        foreach (int codePoint in kept.Order())
            AddToken(char.ConvertFromUtf32(codePoint));
    }

    /// <summary>Takes the words apart into letters, those with prefix or suffix as tokens of their own. Characters outside the alphabet are left out.</summary>
    public void AddWords(WordCounts words, IReadOnlyList<string>? markedLetters, CancellationToken cancellationToken)
    {
        KeyValuePair<string, long>[] entries = words.InOrder();
        Dictionary<(int CodePoint, int Place), int> letters = [];
        if (prefix.Length + suffix.Length > 0)
            AddMarkedLetters(entries, markedLetters);
        starts = new int[entries.Length];
        lengths = new int[entries.Length];
        counts = new long[entries.Length];
        symbols = new int[entries.Sum(static entry => (long)entry.Key.Length)];
        int at = 0;
        for (int w = 0; w < entries.Length; w++)
        {
            if ((w & 0xFFFF) == 0)
                cancellationToken.ThrowIfCancellationRequested();
            string word = entries[w].Key;
            starts[w] = at;
            counts[w] = entries[w].Value;
            for (int i = 0; i < word.Length;)
            {
                int codePoint = Utf16.CodePointAt(word, i, out int size), place = Place(i, size, word.Length);
                i += size;
                ref int id = ref CollectionsMarshal.GetValueRefOrAddDefault(letters, (codePoint, place), out bool exists);
                if (!exists)
                    id = ids.ContainsKey(char.ConvertFromUtf32(codePoint)) ? ids[Marked(codePoint, place)] : -1;
                if (id >= 0)
                    symbols[at++] = id;
            }
            lengths[w] = at - starts[w];
        }
    }

    /// <summary>Merges until there are enough tokens, or no pair is frequent enough.</summary>
    public void MergePairs(int vocabularySize, long minimumFrequency, IProgress<TrainingProgress>? progress, CancellationToken cancellationToken)
    {
        for (int word = 0; word < starts.Length; word++)
        {
            if ((word & 0xFFFF) == 0)
            {
                cancellationToken.ThrowIfCancellationRequested();
                progress?.Report(new TrainingProgress("counting pairs", word, starts.Length));
            }
            ReadOnlySpan<int> ofWord = symbols.AsSpan(starts[word], lengths[word]);
            for (int i = 0; i + 1 < ofWord.Length; i++)
                Change(Key(ofWord[i], ofWord[i + 1]), counts[word], word);
        }
        QueueTouched();
        while (tokens.Count < vocabularySize && queue.TryDequeue(out List<int>? inWords, out (long Count, ulong Pair) priority))
        {
            long count = pairCounts[priority.Pair];
            if (count != priority.Count)
            {
                queue.Enqueue(inWords, (count, priority.Pair));
                continue;
            }
            if (count < Math.Max(minimumFrequency, 1))
                break;
            if ((merges.Count & 0xFF) == 0)
            {
                cancellationToken.ThrowIfCancellationRequested();
                progress?.Report(new TrainingProgress("merging pairs", tokens.Count, vocabularySize));
            }
            (int left, int right) = ((int)(priority.Pair >> 32), (int)priority.Pair);
            string rest = prefix.Length > 0 && tokens[right].StartsWith(prefix, StringComparison.Ordinal) ? tokens[right][prefix.Length..] : tokens[right];
            int length = tokenLengths[left] + tokenLengths[right];
            int merged = AddToken(tokens[left] + rest, length);
            tokenLengths[merged] = length;
            merges.Add((left, right));
            foreach (int word in inWords)
                MergeIn(word, left, right, merged);
            QueueTouched();
        }
        progress?.Report(new TrainingProgress("merging pairs", tokens.Count, tokens.Count));
    }

    private void AddMarkedLetters(KeyValuePair<string, long>[] words, IReadOnlyList<string>? order)
    {
        HashSet<(int CodePoint, int Place)> seen = [];
        foreach ((string word, _) in words)
        {
            for (int i = 0; i < word.Length;)
            {
                int codePoint = Utf16.CodePointAt(word, i, out int size);
                seen.Add((codePoint, Place(i, size, word.Length)));
                i += size;
            }
        }
        List<string> marked = [.. seen.Where(letter => ids.ContainsKey(char.ConvertFromUtf32(letter.CodePoint)))
            .OrderBy(static letter => letter.CodePoint).ThenBy(static letter => letter.Place)
            .Select(letter => Marked(letter.CodePoint, letter.Place))];
        if (order is not null)
        {
            Dictionary<string, int> ranks = order.Select(static (letter, rank) => (letter, rank)).ToDictionary(StringComparer.Ordinal);
            marked = [.. marked.OrderBy(letter => ranks.GetValueOrDefault(letter, int.MaxValue))];
        }
        foreach (string letter in marked)
            AddToken(letter);
    }

    /// <summary>Where a character is in its word: 1 for not the first, 2 for the last.</summary>
    private static int Place(int at, int size, int length) => (at > 0 ? 1 : 0) | (at + size == length ? 2 : 0);

    private string Marked(int codePoint, int place)
    {
        string letter = char.ConvertFromUtf32(codePoint);
        if ((place & 1) != 0)
            letter = prefix + letter;
        return (place & 2) != 0 ? letter + suffix : letter;
    }

    /// <summary>Merges a pair wherever it is in a word, from the left.</summary>
    private void MergeIn(int word, int left, int right, int merged)
    {
        Span<int> ofWord = symbols.AsSpan(starts[word], lengths[word]);
        long count = counts[word];
        int length = tokenLengths[merged], kept = 0;
        for (int i = 0; i < ofWord.Length; i++)
        {
            if (ofWord[i] != left || i + 1 == ofWord.Length || ofWord[i + 1] != right)
            {
                ofWord[kept++] = ofWord[i];
                continue;
            }
            if (kept > 0)
            {
                int before = ofWord[kept - 1];
                Change(Key(before, left), -count, word);
                if (tokenLengths[before] + length < maximumTokenLength)
                    Change(Key(before, merged), count, word);
            }
            ofWord[kept++] = merged;
            i++;
            if (i + 1 < ofWord.Length)
            {
                int after = ofWord[i + 1];
                Change(Key(right, after), -count, word);
                if (tokenLengths[after] + length < maximumTokenLength)
                    Change(Key(merged, after), count, word);
            }
        }
        lengths[word] = kept;
    }

    private void Change(ulong pair, long count, int word)
    {
        CollectionsMarshal.GetValueRefOrAddDefault(pairCounts, pair, out _) += count;
        if (count < 0)
            return;
        List<int> words = CollectionsMarshal.GetValueRefOrAddDefault(touched, pair, out _) ??= [];
        if (words.Count == 0 || words[^1] != word)
            words.Add(word);
    }

    private void QueueTouched()
    {
        foreach ((ulong pair, List<int> words) in touched)
        {
            long count = pairCounts[pair];
            if (count > 0)
                queue.Enqueue(words, (count, pair));
        }
        touched.Clear();
    }

    private static ulong Key(int left, int right) => ((ulong)(uint)left << 32) | (uint)right;

    private sealed class MostFrequentFirst : IComparer<(long Count, ulong Pair)>
    {
        public static MostFrequentFirst Instance { get; } = new();

        public int Compare((long Count, ulong Pair) x, (long Count, ulong Pair) y) =>
            x.Count != y.Count ? y.Count.CompareTo(x.Count) : x.Pair.CompareTo(y.Pair);
    }
}
