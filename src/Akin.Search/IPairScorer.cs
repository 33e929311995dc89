namespace Akin.Search;

/// <summary>Says how well two texts go together by reading both at once, as a cross-encoder does. Search knows no model code: whoever has a model adapts it to this.</summary>
public interface IPairScorer
{
    /// <summary>Scores of a pair: 1 for relevance or likeness, more for classes.</summary>
    int LabelCount => 1;

    /// <summary>Scores pairs of texts.</summary>
    /// <param name="pairs">The pairs, a query first where one of the two is; may be empty.</param>
    /// <param name="cancellationToken">Stops between inner batches.</param>
    /// <returns><c>[pairs, LabelCount]</c>, row after row; larger is more.</returns>
    float[] Score(IReadOnlyList<(string First, string Second)> pairs, CancellationToken cancellationToken);
}
