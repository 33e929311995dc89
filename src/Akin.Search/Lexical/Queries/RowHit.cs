namespace Akin.Search.Lexical.Queries;

/// <summary>A row found, with its score in double precision.</summary>
internal readonly record struct RowHit(long Row, double Score);
