using Akin.Kernels;
using Akin.Search.Storage;

namespace Akin.Search.Vectors;

/// <summary>The checksums of all blocks of a mapped vector file, computed on all threads.</summary>
internal unsafe struct BlockChecksums : IParallelBody
{
    private byte* _start;
    private VectorFileLayout _layout;
    private uint[] _checksums;

    public static void Compute(byte* fileStart, VectorFileLayout layout, uint[] checksums, WorkerPool pool)
    {
        BlockChecksums body = new() { _start = fileStart, _layout = layout, _checksums = checksums };
        pool.For(checksums.Length, ref body);
    }

    public readonly void Execute(int taskIndex)
    {
        long first = VectorFileLayout.PageBytes + (long)taskIndex * VectorFileLayout.BlockBytes;
        int length = (int)Math.Min(VectorFileLayout.BlockBytes, _layout.ChecksumsOffset - first);
        _checksums[taskIndex] = Checksum.Of(new ReadOnlySpan<byte>(_start + first, length));
    }
}
