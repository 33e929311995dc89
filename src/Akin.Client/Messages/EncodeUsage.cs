namespace Akin.Client.Messages;

/// <summary>How much a model read.</summary>
/// <param name="Texts">Texts.</param>
/// <param name="Tokens">Tokens of all of them, special tokens included, after truncation.</param>
public sealed record EncodeUsage(long Texts, long Tokens);
