namespace Akin.Training.Metrics.Generation;

/// <summary>Which word of a text stands for which word of its reference.</summary>
/// <param name="WordOf">For each reference word the place of its word, or of the word before the gap it is missing from (−1 before the first).</param>
/// <param name="WordIsWrong">For each word whether it was replaced or is too many.</param>
/// <param name="ReferenceIsWrong">For each reference word whether it was replaced or is missing.</param>
internal sealed record WordAlignment(int[] WordOf, bool[] WordIsWrong, bool[] ReferenceIsWrong);
