namespace Akin.Client.Messages;

/// <summary>The sentence of a text that is nearest to a query.</summary>
/// <param name="Start">Where it begins, in UTF-16 units.</param>
/// <param name="End">One past its end.</param>
/// <param name="Score">How near: the cosine of its vector and the query's.</param>
public sealed record HitSentence(int Start, int End, double Score);
