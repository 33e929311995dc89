namespace Akin.Training.Metrics.Generation;

/// <summary>The ROUGE scores of a text, each as precision, recall and F1 (0 … 1).</summary>
/// <param name="Rouge1">Over single words.</param>
/// <param name="Rouge2">Over pairs of words.</param>
/// <param name="Rouge3">Over runs of three words.</param>
/// <param name="RougeL">Over the longest common subsequence of the whole texts.</param>
/// <param name="RougeLsum">Over the joined longest common subsequences of lines, for summaries with one sentence per line.</param>
public sealed record RougeScores(PrecisionRecallF1 Rouge1, PrecisionRecallF1 Rouge2, PrecisionRecallF1 Rouge3, PrecisionRecallF1 RougeL, PrecisionRecallF1 RougeLsum);
