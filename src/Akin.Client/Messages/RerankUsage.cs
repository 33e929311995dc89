namespace Akin.Client.Messages;

/// <summary>How much a cross-encoder read.</summary>
/// <param name="TotalTokens">Tokens of all pairs, after truncation.</param>
public sealed record RerankUsage(long TotalTokens);
