namespace Akin.Search.Vectors;

/// <summary>All rows at one moment: those of the mapped file, then those loaded from the store. Positions count through both; rows ascend.</summary>
internal sealed class VectorSnapshot
{
    private readonly int[] _counts;

    private VectorSnapshot(MappedBlock? mapped, IReadOnlyList<MemoryBlock> loaded)
    {
        Mapped = mapped;
        Loaded = loaded;
        Blocks = mapped is null ? [.. loaded] : [mapped, .. loaded];
        _counts = Array.ConvertAll(Blocks, block => block.Count);
        Count = _counts.Sum();
    }

    public static VectorSnapshot Empty { get; } = new(null, []);

    public MappedBlock? Mapped { get; }

    public IReadOnlyList<MemoryBlock> Loaded { get; }

    public VectorBlock[] Blocks { get; }

    /// <summary>Rows, blanked ones included.</summary>
    public int Count { get; }

    public static VectorSnapshot Of(MappedBlock? mapped, IReadOnlyList<MemoryBlock> loaded) => new(mapped, loaded);

    /// <summary>The rows that a block had when the snapshot was taken; it may have grown since.</summary>
    public int CountOf(int block) => _counts[block];

    public bool Blank(long row)
    {
        foreach (VectorBlock block in Blocks)
        {
            if (block.Blank(row))
            {
                return true;
            }
        }

        return false;
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
