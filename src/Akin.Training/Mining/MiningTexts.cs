namespace Akin.Training.Mining;

/// <summary>Pairs as queries, each once, and a corpus of texts, each once, that holds all their positives.</summary>
internal sealed class MiningTexts
{
    public MiningTexts(IReadOnlyList<(string Query, string Answer)> pairs, IReadOnlyList<string> corpus)
    {
        if (pairs.Count == 0)
        {
            throw new MiningOptionException("There are no pairs of a query and its answer to find negatives for.");
        }

        Dictionary<string, int> rows = [];
        List<string> texts = [];
        foreach (string text in corpus.Concat(pairs.Select(pair => pair.Answer)))
        {
            if (rows.TryAdd(text, texts.Count))
            {
                texts.Add(text);
            }
        }

        Dictionary<string, List<int>> positives = [];
        List<string> queries = [];
        foreach ((string query, string answer) in pairs)
        {
            if (!positives.TryGetValue(query, out List<int>? known))
            {
                positives[query] = known = [];
                queries.Add(query);
            }

            if (!known.Contains(rows[answer]))
            {
                known.Add(rows[answer]);
            }
        }

        Corpus = texts;
        Queries = queries;
        Positives = [.. queries.Select(query => positives[query].ToArray())];

        // As the reference counts: a pair that occurs twice counts twice.
        MostPositives = pairs.GroupBy(pair => pair.Query).Max(group => group.Count());
    }

    public IReadOnlyList<string> Corpus { get; }

    public IReadOnlyList<string> Queries { get; }

    /// <summary>The places in the corpus of each query's positives, <c>[queries][positives]</c>.</summary>
    public IReadOnlyList<int[]> Positives { get; }

    public int MostPositives { get; }
}
