namespace Akin.Models.Generation;

/// <summary>Rules out words.</summary>
/// <param name="badWords">The tokens of every word; a single token that ends texts is not ruled out.</param>
/// <param name="endTokens">The tokens that end a text.</param>
public sealed class NoBadWordsLogitsProcessor(IEnumerable<IReadOnlyList<int>> badWords, params IReadOnlyList<int> endTokens)
    : SequenceBiasLogitsProcessor(badWords.Where(word => word.Count != 1 || !endTokens.Contains(word[0])).Select(word => (word, float.NegativeInfinity)));
