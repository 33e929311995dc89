namespace Akin.Search.Lexical.Postings;

/// <summary>A term at a position of a document, and how much it counts there, in units of the index.</summary>
internal readonly record struct TermOccurrence(string Term, int Position, int Weight);
