using Akin.Kernels;
using Akin.Search.Storage;

namespace Akin.Search.Vectors;

/// <summary>The checksums of all blocks of a mapped file, from its second page to where the checksums themselves begin, computed on all threads.</summary>
internal unsafe struct BlockChecksums : IParallelBody
{
    private byte* _start;
    private long _end;
    private uint[] _checksums;

    public static void Compute(byte* fileStart, long checksumsOffset, uint[] checksums, WorkerPool pool)
    {
        BlockChecksums body = new() { _start = fileStart, _end = checksumsOffset, _checksums = checksums };
        pool.For(checksums.Length, ref body);
    }

    public readonly void Execute(int taskIndex)
    {
        long first = VectorFileLayout.PageBytes + (long)taskIndex * VectorFileLayout.BlockBytes;
        int length = (int)Math.Min(VectorFileLayout.BlockBytes, _end - first);
        _checksums[taskIndex] = Checksum.Of(new ReadOnlySpan<byte>(_start + first, length));
    }
}
