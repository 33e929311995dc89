namespace Akin.Search.Evaluation;

/// <summary>One query's ranking with the grade of each document: all that a measure needs.</summary>
public sealed class JudgedRanking
{
    /// <summary>The grade of a document that was not judged.</summary>
    public const int Unjudged = int.MinValue;

    private JudgedRanking(int[] grades, int[] idealGrades, int judgedNotRelevantCount)
    {
        Grades = grades;
        IdealGrades = idealGrades;
        JudgedNotRelevantCount = judgedNotRelevantCount;
    }

    /// <summary>The grades of the documents found, best-ranked first.</summary>
    public IReadOnlyList<int> Grades { get; }

    /// <summary>The grades of all relevant documents, found or not, highest first.</summary>
    public IReadOnlyList<int> IdealGrades { get; }

    /// <summary>How many documents are relevant, found or not.</summary>
    public int RelevantCount => IdealGrades.Count;

    /// <summary>How many documents were judged not relevant, found or not.</summary>
    public int JudgedNotRelevantCount { get; }

    /// <summary>
    /// Ranks a query's documents as trec_eval does: by score as a 32-bit float, equal scores by the larger document identifier (ordinally) first; the order
    /// of the list itself does not count.
    /// </summary>
    /// <param name="grades">The judgements of the query.</param>
    /// <param name="found">The documents found.</param>
    public static JudgedRanking Of(IReadOnlyDictionary<string, int> grades, IReadOnlyList<ScoredDocument> found)
    {
        ArgumentNullException.ThrowIfNull(grades);
        ArgumentNullException.ThrowIfNull(found);
        ScoredDocument[] ranked = [.. found];
        Array.Sort(ranked, static (a, b) =>
        {
            int order = ((float)b.Score).CompareTo((float)a.Score);
            return order != 0 ? order : string.CompareOrdinal(b.DocumentId, a.DocumentId);
        });
        int[] relevant = [.. grades.Values.Where(grade => grade >= 1).OrderDescending()];
        return new JudgedRanking(
            Array.ConvertAll(ranked, document => grades.TryGetValue(document.DocumentId, out int grade) ? grade : Unjudged),
            relevant,
            grades.Values.Count(grade => grade == 0));
    }

    /// <summary>How many of the first <paramref name="depth"/> documents are relevant.</summary>
    /// <param name="depth">How deep to look; the ranking may be shorter.</param>
    public int RelevantIn(int depth)
    {
        int count = 0;
        for (int i = 0; i < Math.Min(depth, Grades.Count); i++)
        {
            count += IsRelevantAt(i) ? 1 : 0;
        }

        return count;
    }

    /// <summary>Whether the document at a rank (from 0) is relevant.</summary>
    /// <param name="index">The rank from 0.</param>
    public bool IsRelevantAt(int index) => Grades[index] >= 1;
}
