namespace Akin.Search.Lexical;

/// <summary>A document that shares terms with a query.</summary>
/// <param name="Document">Its place among the documents.</param>
/// <param name="Score">Its score; larger is better, always above 0.</param>
public readonly record struct LexicalHit(int Document, double Score);
