namespace Akin.Training.Mining;

/// <summary>What a source proposes for a query.</summary>
/// <param name="Rows">Places in the corpus, best first.</param>
/// <param name="Scores">The score of each, <c>[rows]</c>.</param>
/// <param name="PositiveScores">The scores of the query's positives, in their order.</param>
public sealed record NegativeCandidates(int[] Rows, float[] Scores, float[] PositiveScores);
