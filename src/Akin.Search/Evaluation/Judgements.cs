using System.Globalization;

namespace Akin.Search.Evaluation;

/// <summary>Which documents are relevant to which queries (qrels): grades of 1 and more are relevant, 0 is judged and not relevant.</summary>
/// <remarks>Queries keep the order of the file.</remarks>
public sealed class Judgements
{
    private readonly Dictionary<string, Dictionary<string, int>> _grades = [];
    private readonly List<string> _queries = [];

    /// <summary>The judged queries in the order they were added.</summary>
    public IReadOnlyList<string> Queries => _queries;

    /// <summary>The judged documents of a query with their grades; empty when it has none.</summary>
    /// <param name="query">The query's identifier.</param>
    public IReadOnlyDictionary<string, int> this[string query] => _grades.GetValueOrDefault(query) ?? [];

    /// <summary>Adds one judgement; a second one for the same pair replaces the first.</summary>
    /// <param name="query">The query's identifier.</param>
    /// <param name="document">The document's identifier.</param>
    /// <param name="grade">0: not relevant; higher: more relevant.</param>
    public void Add(string query, string document, int grade)
    {
        if (!_grades.TryGetValue(query, out Dictionary<string, int>? grades))
        {
            _grades[query] = grades = [];
            _queries.Add(query);
        }

        grades[document] = grade;
    }

    /// <summary>
    /// Reads judgements: BEIR's three columns with a header (<c>query-id corpus-id score</c>, tab-separated) or TREC's four
    /// (query, iteration, document, grade). A .gz file is unpacked.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <exception cref="EvaluationFileException">A line has other columns or its grade is no whole number.</exception>
    public static Judgements Read(string path)
    {
        Judgements judgements = new();
        foreach ((int number, string text) in TextLines.Read(path))
        {
            string[] columns = text.Contains('\t')
                ? text.TrimEnd('\r').Split('\t')
                : text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
            if (text.Length == 0 || (number == 1 && columns is ["query-id", ..]))
            {
                continue;
            }

            if (columns.Length is not (3 or 4))
            {
                throw new EvaluationFileException(
                    path, number, $"it has {columns.Length} columns; judgements have three (query-id, corpus-id, score) or four (query, iteration, document, grade)");
            }

            if (!int.TryParse(columns[^1], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int grade))
            {
                throw new EvaluationFileException(path, number, $"the grade '{columns[^1]}' is not a whole number");
            }

            judgements.Add(columns[0], columns[^2], grade);
        }

        return judgements;
    }
}
