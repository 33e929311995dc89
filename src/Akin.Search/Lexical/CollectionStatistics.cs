namespace Akin.Search.Lexical;

/// <summary>What BM25 must know of all documents.</summary>
/// <param name="DocumentCount">How many there are.</param>
/// <param name="FilledCount">How many of them have at least one term.</param>
/// <param name="TotalLength">Terms of all of them.</param>
internal readonly record struct CollectionStatistics(long DocumentCount, long FilledCount, double TotalLength);
