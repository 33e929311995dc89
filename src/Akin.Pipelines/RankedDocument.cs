namespace Akin.Pipelines;

/// <summary>A document in the order in which a <see cref="CrossEncoder"/> ranks it.</summary>
/// <param name="CorpusId">Its place among the documents that were ranked, from 0.</param>
/// <param name="Score">How well it answers the query; larger is better.</param>
/// <param name="Text">The document itself, where it was asked for.</param>
public readonly record struct RankedDocument(int CorpusId, float Score, string? Text = null);
