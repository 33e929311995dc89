using System.Collections;

namespace Akin.Training.Sentences;

/// <summary>One example of one of several sets.</summary>
/// <param name="Set">The set.</param>
/// <param name="Row">Its place there.</param>
internal readonly record struct SentenceItem(SentenceDataset Set, int Row)
{
    public SentenceExample Example => Set.Examples[Row];

    /// <summary>The examples of several sets, one set behind the other.</summary>
    public static IReadOnlyList<SentenceItem> Join(IReadOnlyList<SentenceDataset> sets) => new Joined(sets);

    private sealed class Joined : IReadOnlyList<SentenceItem>
    {
        private readonly IReadOnlyList<SentenceDataset> _sets;
        private readonly int[] _ends;

        public Joined(IReadOnlyList<SentenceDataset> sets)
        {
            _sets = sets;
            _ends = new int[sets.Count];
            for (int i = 0; i < sets.Count; i++)
            {
                _ends[i] = checked((i == 0 ? 0 : _ends[i - 1]) + sets[i].Examples.Count);
            }
        }

        public int Count => _ends.Length == 0 ? 0 : _ends[^1];

        public SentenceItem this[int index]
        {
            get
            {
                int set = Array.FindIndex(_ends, end => index < end);
                return new SentenceItem(_sets[set], index - (set == 0 ? 0 : _ends[set - 1]));
            }
        }

        public IEnumerator<SentenceItem> GetEnumerator() => Enumerable.Range(0, Count).Select(index => this[index]).GetEnumerator();

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
    }
}
