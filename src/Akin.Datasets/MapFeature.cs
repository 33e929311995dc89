namespace Akin.Datasets;

/// <summary>A column of lists of key and value; a key may occur twice.</summary>
/// <param name="Key">The type of the keys.</param>
/// <param name="Item">The type of the values.</param>
public sealed record MapFeature(Feature Key, Feature Item) : Feature
{
    /// <inheritdoc/>
    public override string TypeName => $"map<{Key}, {Item}>";
}
