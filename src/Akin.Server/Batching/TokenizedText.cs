namespace Akin.Server.Batching;

/// <summary>A text, or a pair of texts, as the token ids that its model reads.</summary>
/// <param name="Ids">Token ids, special tokens included, <c>[tokens]</c>.</param>
/// <param name="TypeIds">0 for tokens of the first text, 1 for those of the second, <c>[tokens]</c>; null where all are 0.</param>
internal readonly record struct TokenizedText(int[] Ids, int[]? TypeIds = null);
