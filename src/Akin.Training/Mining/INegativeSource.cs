namespace Akin.Training.Mining;

/// <summary>Proposes negatives: texts of the corpus that look like answers to a query.</summary>
public interface INegativeSource
{
    /// <summary>Whether scores say how well a text goes with a query, so that limits on them mean something.</summary>
    bool HasScores => true;

    /// <summary>The candidates of every query, best first, and the scores of its positives.</summary>
    /// <param name="queries">The queries, each once.</param>
    /// <param name="corpus">The texts, each once.</param>
    /// <param name="positives">The places of each query's positives in the corpus, <c>[queries][positives]</c>.</param>
    /// <param name="count">How many candidates of a query at most; positives may be among them.</param>
    /// <param name="progress">Told how many texts and queries were read.</param>
    /// <param name="cancellationToken">Stops the search.</param>
    /// <returns>One for each query, in their order.</returns>
    IReadOnlyList<NegativeCandidates> Find(
        IReadOnlyList<string> queries,
        IReadOnlyList<string> corpus,
        IReadOnlyList<int[]> positives,
        int count,
        IProgress<int>? progress,
        CancellationToken cancellationToken);
}
