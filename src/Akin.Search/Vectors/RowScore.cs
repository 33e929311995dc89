namespace Akin.Search.Vectors;

/// <summary>A row of the store and its score.</summary>
internal readonly record struct RowScore(long Row, float Score);
