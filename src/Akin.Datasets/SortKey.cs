namespace Akin.Datasets;

/// <summary>A column to order rows by.</summary>
/// <param name="Column">Its name.</param>
/// <param name="Descending">Whether the largest comes first.</param>
public readonly record struct SortKey(string Column, bool Descending = false);
