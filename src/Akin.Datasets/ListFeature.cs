namespace Akin.Datasets;

/// <summary>A column of lists.</summary>
/// <param name="Item">The type of the items.</param>
public sealed record ListFeature(Feature Item) : Feature
{
    /// <summary>How many items every list has, or null where that differs.</summary>
    public int? FixedLength { get; init; }

    /// <summary>Whether the column may hold more than 2³¹ items.</summary>
    public bool Large { get; init; }

    /// <inheritdoc/>
    public override string TypeName =>
        FixedLength is { } length ? $"fixed_size_list<item: {Item}>[{length}]" : Large ? $"large_list<item: {Item}>" : $"list<item: {Item}>";
}
