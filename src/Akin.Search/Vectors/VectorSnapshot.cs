using Akin.Search.Graph;

namespace Akin.Search.Vectors;

/// <summary>All rows at one moment: those of the mapped file, then those loaded from the store. Positions count through both; rows ascend.</summary>
internal sealed class VectorSnapshot
{
    private readonly int[] _counts;

    private VectorSnapshot(MappedBlock? mapped, IReadOnlyList<MemoryBlock> loaded, MappedGraph? graph)
    {
        Mapped = mapped;
        Graph = graph;
        Loaded = loaded;
        Blocks = mapped is null ? [.. loaded] : [mapped, .. loaded];
        _counts = Array.ConvertAll(Blocks, block => block.Count);
        Count = _counts.Sum();
    }

    public static VectorSnapshot Empty { get; } = new(null, [], null);

    public MappedBlock? Mapped { get; }

    public IReadOnlyList<MemoryBlock> Loaded { get; }

    /// <summary>The graph over <see cref="Mapped"/>, or null: its rows are then found by walking, and those deleted are marked in the graph instead of blanked.</summary>
    public MappedGraph? Graph { get; }

    public VectorBlock[] Blocks { get; }

    /// <summary>Rows, blanked ones included.</summary>
    public int Count { get; }

    public static VectorSnapshot Of(MappedBlock? mapped, IReadOnlyList<MemoryBlock> loaded, MappedGraph? graph = null) => new(mapped, loaded, graph);

    /// <summary>Keeps the mappings alive until <see cref="Release"/>.</summary>
    public void Retain()
    {
        Mapped?.Retain();
        Graph?.Retain();
    }

    public void Release()
    {
        Mapped?.Release();
        Graph?.Release();
    }

    public void Unmap()
    {
        Mapped?.Dispose();
        Graph?.Dispose();
    }

    /// <summary>The rows that a block had when the snapshot was taken; it may have grown since.</summary>
    public int CountOf(int block) => _counts[block];

    public bool Blank(long row)
    {
        foreach (VectorBlock block in Graph is null ? Blocks : (IEnumerable<VectorBlock>)Loaded)
        {
            if (block.Blank(row))
            {
                return true;
            }
        }

        return Graph?.Remove(row) ?? false;
    }

    /// <summary>The block that holds a position, and where in it.</summary>
    public (VectorBlock Block, int Index) Locate(int position)
    {
        int block = 0;
        while (position >= _counts[block])
        {
            position -= _counts[block++];
        }

        return (Blocks[block], position);
    }
}
