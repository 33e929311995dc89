namespace Akin.Search.Clustering;

/// <summary>Receives the pairs that a <see cref="SimilarityJoin"/> finds, from several threads.</summary>
internal interface IPairSink
{
    /// <summary>The least cosine of a pair that is wanted. It may rise while pairs come, and never falls.</summary>
    float Threshold { get; }

    /// <summary>Takes some pairs, each of which reached the threshold a moment ago.</summary>
    void Add(ReadOnlySpan<ScoredPair> pairs);
}
