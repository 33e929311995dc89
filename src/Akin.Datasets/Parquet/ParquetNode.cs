namespace Akin.Datasets.Parquet;

/// <summary>A column of a Parquet schema, or a part of one: a leaf with values, a struct, or a list (a map is a list of entries).</summary>
internal sealed class ParquetNode
{
    public required string Name { get; init; }

    public required Feature Feature { get; init; }

    /// <summary>The definition level from which on the node is not null.</summary>
    public required int DefinitionLevel { get; init; }

    /// <summary>The definition level from which on a list has an item; null for other nodes.</summary>
    public int? ItemDefinitionLevel { get; init; }

    /// <summary>The parts of a struct, or the one item of a list.</summary>
    public ParquetNode[] Children { get; init; } = [];

    /// <summary>The leaf under this node whose levels tell about it.</summary>
    public required int FirstLeaf { get; init; }

    public bool IsList => ItemDefinitionLevel is not null;

    public bool IsLeaf => Children.Length == 0;
}
