namespace Akin.Datasets.Arrow;

/// <summary>How Arrow stores a column, where the type alone does not tell.</summary>
internal enum ArrowLayout
{
    /// <summary>As its type is stored here.</summary>
    Plain,

    /// <summary>Sixteen bytes a value: short ones inside, long ones in buffers apart.</summary>
    View,

    /// <summary>Offsets and sizes into a column of items, in any order; 32 bits.</summary>
    ListView,

    /// <summary>The same with 64 bits.</summary>
    LargeListView,

    /// <summary>A value per run of equal rows.</summary>
    RunEnds,

    /// <summary>A column per type, each with all rows.</summary>
    SparseUnion,

    /// <summary>A column per type, each with its rows.</summary>
    DenseUnion,
}
