namespace Akin.Search.Lexical.Queries;

/// <summary>A term of a query and what it is worth: its idf, times how often it is there.</summary>
internal readonly record struct WeightedTerm(byte[] Bytes, double Weight)
{
    /// <summary>The different terms of a query that any document has, in the order of the query.</summary>
    public static IReadOnlyList<WeightedTerm> Of(LexicalSnapshot snapshot, IEnumerable<string> terms)
    {
        List<WeightedTerm> weighted = [];
        foreach ((string term, int count) in terms.CountBy(DocumentFields.WellFormed))
        {
            byte[] bytes = System.Text.Encoding.UTF8.GetBytes(term);
            if (snapshot.DocumentFrequency(bytes) is > 0 and long frequency)
            {
                weighted.Add(new WeightedTerm(bytes, count * snapshot.Formula.Idf(frequency)));
            }
        }

        return weighted;
    }
}
