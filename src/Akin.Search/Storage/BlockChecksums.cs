using Akin.Kernels;

namespace Akin.Search.Storage;

/// <summary>The checksums of all blocks of a mapped file, from its second page to where the checksums themselves begin, computed on all threads.</summary>
internal unsafe struct BlockChecksums : IParallelBody
{
    private byte* _start;
    private long _end;
    private uint[] _checksums;

    public static uint[] Compute(byte* fileStart, long checksumsOffset, WorkerPool pool)
    {
        BlockChecksums body = new() { _start = fileStart, _end = checksumsOffset, _checksums = new uint[DerivedFileFormat.BlockCount(checksumsOffset)] };
        pool.For(body._checksums.Length, ref body);
        return body._checksums;
    }

    public readonly void Execute(int taskIndex)
    {
        long first = DerivedFileFormat.PageBytes + (long)taskIndex * DerivedFileFormat.BlockBytes;
        int length = (int)Math.Min(DerivedFileFormat.BlockBytes, _end - first);
        _checksums[taskIndex] = Checksum.Of(new ReadOnlySpan<byte>(_start + first, length));
    }
}
