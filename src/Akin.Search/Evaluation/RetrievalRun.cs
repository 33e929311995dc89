using System.Globalization;

namespace Akin.Search.Evaluation;

/// <summary>What a system answered: for each query the documents it found with their scores. Read and written as a TREC run file.</summary>
/// <remarks>Queries keep the order in which they were added. Not thread-safe while it is filled.</remarks>
public sealed class RetrievalRun
{
    private readonly Dictionary<string, IReadOnlyList<ScoredDocument>> _rankings = [];
    private readonly List<string> _queries = [];

    /// <summary>The queries answered, in the order they were added.</summary>
    public IReadOnlyList<string> Queries => _queries;

    /// <summary>The documents found for a query; empty when the run lacks it.</summary>
    /// <param name="query">The query's identifier.</param>
    public IReadOnlyList<ScoredDocument> this[string query] => _rankings.GetValueOrDefault(query, []);

    /// <summary>Adds the answer to one query.</summary>
    /// <param name="query">The query's identifier.</param>
    /// <param name="ranking">The documents found, best first.</param>
    /// <exception cref="ArgumentException">The query was added before.</exception>
    public void Add(string query, IReadOnlyList<ScoredDocument> ranking)
    {
        ArgumentNullException.ThrowIfNull(ranking);
        if (!_rankings.TryAdd(query, ranking))
        {
            throw new ArgumentException($"Query '{query}' is in the run already.", nameof(query));
        }

        _queries.Add(query);
    }

    /// <summary>Reads a run file: query, Q0, document, rank, score, tag in six columns; .gz is unpacked.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="EvaluationFileException">A line has other columns, the score is no number, or a document is listed twice for a query.</exception>
    public static RetrievalRun Read(string path)
    {
        Dictionary<string, List<ScoredDocument>> rankings = [];
        RetrievalRun run = new();
        HashSet<(string, string)> seen = [];
        foreach ((int number, string text) in TextLines.Read(path))
        {
            string[] columns = text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
            if (columns.Length == 0)
            {
                continue;
            }

            if (columns.Length != 6)
            {
                throw new EvaluationFileException(path, number, $"it has {columns.Length} columns; a run has six: query Q0 document rank score tag");
            }

            if (!double.TryParse(columns[4], NumberStyles.Float, CultureInfo.InvariantCulture, out double score) || double.IsNaN(score))
            {
                throw new EvaluationFileException(path, number, $"the score '{columns[4]}' is not a number");
            }

            if (!seen.Add((columns[0], columns[2])))
            {
                throw new EvaluationFileException(path, number, $"document '{columns[2]}' is listed twice for query '{columns[0]}'");
            }

            if (!rankings.TryGetValue(columns[0], out List<ScoredDocument>? ranking))
            {
                rankings[columns[0]] = ranking = [];
                run.Add(columns[0], ranking);
            }

            ranking.Add(new ScoredDocument(columns[2], score));
        }

        return run;
    }

    /// <summary>Writes a run file; ranks count from 1 in the order of each ranking, scores are the shortest decimals that read back equal.</summary>
    /// <param name="path">The file; .gz is packed.</param>
    /// <param name="tag">The name of the system, one word.</param>
    /// <exception cref="EvaluationFileException">A query or document identifier has white space in it, which the format cannot hold.</exception>
    public void Write(string path, string tag)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(tag);
        foreach (string id in _queries.Concat(_queries.SelectMany(query => this[query]).Select(document => document.DocumentId)))
        {
            if (id.Length == 0 || id.Any(char.IsWhiteSpace))
            {
                throw new EvaluationFileException(path, 0, $"the identifier '{id}' is empty or has white space in it, which a run file cannot hold");
            }
        }

        using StreamWriter writer = TextLines.Create(path);
        foreach (string query in _queries)
        {
            int rank = 0;
            foreach (ScoredDocument document in this[query])
            {
                writer.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{query} Q0 {document.DocumentId} {++rank} {document.Score:R} {tag}"));
            }
        }
    }
}
