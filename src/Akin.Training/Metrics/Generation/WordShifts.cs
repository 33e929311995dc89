namespace Akin.Training.Metrics.Generation;

/// <summary>
/// Tercom's greedy search for shifts: of all runs of words that also stand elsewhere in the reference, the one whose move lowers the edit distance most is moved,
/// until no move helps. The limits and the order of preference are Tercom's, and part of the definition of TER.
/// </summary>
/// <param name="reference">The words of the reference.</param>
internal sealed class WordShifts(string[] reference)
{
    private const int MaxRunLength = 10;
    private const int MaxDistance = 50;
    private const int MaxTriedShifts = 1000;

    private readonly WordEdits _edits = new(reference);
    private int _triedShifts;

    /// <summary>The number of shifts and edits that turn the words into the reference.</summary>
    public int CountEdits(string[] words)
    {
        if (reference.Length == 0)
        {
            return words.Length;
        }

        int shifts = 0;
        while (FindBestShift(words) is { } better)
        {
            words = better;
            shifts++;
        }

        return shifts + _edits.Measure(words);
    }

    // Null when no shift helps, or when too many were tried.
    private string[]? FindBestShift(string[] words)
    {
        int distance = _edits.Measure(words);
        WordAlignment alignment = _edits.Align();
        (int Gain, int Length, int Start, int Target) best = default;
        string[]? bestWords = null;
        foreach ((int start, int referenceStart, int length) in SharedRuns(words))
        {
            // A run is moved only if something in it is wrong where it stands, something is wrong where it would go, and it would leave its place.
            int aligned = alignment.WordOf[referenceStart];
            if (!alignment.WordIsWrong.AsSpan(start, length).Contains(true)
                || !alignment.ReferenceIsWrong.AsSpan(referenceStart, length).Contains(true)
                || (aligned >= start && aligned < start + length))
            {
                continue;
            }

            int before = -1;
            for (int offset = -1; offset < length && referenceStart + offset < reference.Length; offset++)
            {
                int target = referenceStart + offset < 0 ? 0 : alignment.WordOf[referenceStart + offset] + 1;
                if (target == before)
                {
                    continue;
                }

                before = target;
                string[] shifted = Shift(words, start, length, target);
                (int, int, int, int) candidate = (distance - _edits.Measure(shifted), length, -start, -target);
                _triedShifts++;
                if (bestWords is null || candidate.CompareTo(best) > 0)
                {
                    best = candidate;
                    bestWords = shifted;
                }
            }

            if (_triedShifts >= MaxTriedShifts)
            {
                return null;
            }
        }

        return best.Gain > 0 ? bestWords : null;
    }

    private IEnumerable<(int Start, int ReferenceStart, int Length)> SharedRuns(string[] words)
    {
        for (int start = 0; start < words.Length; start++)
        {
            for (int referenceStart = 0; referenceStart < reference.Length; referenceStart++)
            {
                if (Math.Abs(referenceStart - start) > MaxDistance)
                {
                    continue;
                }

                int longest = Math.Min(MaxRunLength, Math.Min(words.Length - start, reference.Length - referenceStart));
                for (int length = 1; length <= longest && words[start + length - 1] == reference[referenceStart + length - 1]; length++)
                {
                    yield return (start, referenceStart, length);
                }
            }
        }
    }

    private static string[] Shift(string[] words, int start, int length, int target)
    {
        string[] run = words[start..(start + length)];
        if (target < start)
        {
            return [.. words[..target], .. run, .. words[target..start], .. words[(start + length)..]];
        }

        // A target inside the run counts from the run's start, as Tercom has it.
        int end = target > start + length ? target : Math.Min(target + length, words.Length);
        return [.. words[..start], .. words[(start + length)..end], .. run, .. words[end..]];
    }
}
