namespace Akin.Training.Metrics.Generation;

/// <summary>
/// The edit distance between texts and one reference by words, within Tercom's beam: far from the diagonal nothing is looked at, so very different texts can get
/// a distance above the true one. Rows of the table that consecutive texts share are kept.
/// </summary>
/// <param name="reference">The words of the reference.</param>
internal sealed class WordEdits(string[] reference)
{
    private const int BeamWidth = 25;
    private const int Unreached = int.MaxValue / 2;

    private readonly List<Cell[]> _rows = [[.. Enumerable.Range(0, reference.Length + 1).Select(column => new Cell(column, Edit.Missing))]];
    private string[] _words = [];

    private enum Edit
    {
        None,
        Keep,
        Replace,
        Surplus,
        Missing,
    }

    /// <summary>How many words must be inserted, removed or replaced.</summary>
    public int Measure(string[] text)
    {
        // The beam depends on the number of words, so only texts of one length share rows.
        int shared = text.Length == _words.Length ? text.AsSpan().CommonPrefixLength(_words) : 0;
        _words = text;
        _rows.RemoveRange(shared + 1, _rows.Count - shared - 1);
        double slope = text.Length == 0 ? 1 : (double)reference.Length / text.Length;
        int beam = BeamWidth < slope / 2 ? (int)Math.Ceiling((slope / 2) + BeamWidth) : BeamWidth;
        for (int i = shared + 1; i <= text.Length; i++)
        {
            int diagonal = (int)Math.Floor(i * slope);
            int first = Math.Max(0, diagonal - beam);
            int end = i == text.Length ? reference.Length + 1 : Math.Min(reference.Length + 1, diagonal + beam);
            _rows.Add(NextRow(_rows[i - 1], text[i - 1], first, end));
        }

        return _rows[^1][^1].Cost;
    }

    /// <summary>The alignment of the text measured last.</summary>
    public WordAlignment Align()
    {
        int[] wordOf = new int[reference.Length];
        bool[] wordIsWrong = new bool[_words.Length];
        bool[] referenceIsWrong = new bool[reference.Length];
        int i = _words.Length;
        int j = reference.Length;
        while (i > 0 || j > 0)
        {
            Edit edit = _rows[i][j].Edit;
            if (edit == Edit.Surplus)
            {
                wordIsWrong[--i] = true;
            }
            else if (edit == Edit.Missing)
            {
                wordOf[--j] = i - 1;
                referenceIsWrong[j] = true;
            }
            else
            {
                wordOf[--j] = --i;
                wordIsWrong[i] = referenceIsWrong[j] = edit == Edit.Replace;
            }
        }

        return new WordAlignment(wordOf, wordIsWrong, referenceIsWrong);
    }

    // Of equal costs, keeping or replacing is preferred, then a surplus word, then a missing one.
    private Cell[] NextRow(Cell[] above, string word, int first, int end)
    {
        Cell[] row = new Cell[reference.Length + 1];
        Array.Fill(row, new Cell(Unreached, Edit.None));
        for (int j = first; j < end; j++)
        {
            if (j == 0)
            {
                row[0] = new Cell(above[0].Cost + 1, Edit.Surplus);
                continue;
            }

            bool equal = word == reference[j - 1];
            Cell best = new(above[j - 1].Cost + (equal ? 0 : 1), equal ? Edit.Keep : Edit.Replace);
            best = above[j].Cost + 1 < best.Cost ? new Cell(above[j].Cost + 1, Edit.Surplus) : best;
            best = row[j - 1].Cost + 1 < best.Cost ? new Cell(row[j - 1].Cost + 1, Edit.Missing) : best;
            row[j] = best;
        }

        return row;
    }

    private readonly record struct Cell(int Cost, Edit Edit);
}
