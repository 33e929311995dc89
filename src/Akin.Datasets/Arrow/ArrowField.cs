namespace Akin.Datasets.Arrow;

/// <summary>A column as an Arrow schema describes it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Feature">What a value is, once decoded.</param>
/// <param name="Layout">How values are stored.</param>
/// <param name="Children">The columns inside.</param>
/// <param name="DictionaryId">The dictionary that holds the values, or null.</param>
/// <param name="Indices">The type of places in the dictionary.</param>
/// <param name="UnionTypes">The number of each child of a union.</param>
internal sealed record ArrowField(
    string Name, Feature Feature, ArrowLayout Layout, ArrowField[] Children, long? DictionaryId = null, Value? Indices = null, int[]? UnionTypes = null);
