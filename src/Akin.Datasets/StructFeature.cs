namespace Akin.Datasets;

/// <summary>A column of objects with named fields.</summary>
/// <param name="Fields">The fields in order.</param>
public sealed record StructFeature(Features Fields) : Feature
{
    /// <inheritdoc/>
    public override string TypeName => $"struct<{string.Join(", ", Fields.Select(entry => $"{entry.Key}: {entry.Value}"))}>";
}
