using Akin.Kernels;
using Akin.Search.Storage;

namespace Akin.Search.Lexical.Postings;

/// <summary>The checksums of all blocks of a segment, computed on all threads.</summary>
internal readonly struct SegmentChecksums : IParallelBody
{
    private readonly SegmentBytes _bytes;
    private readonly long _length;
    private readonly uint[] _checksums;

    private SegmentChecksums(SegmentBytes bytes, long length, uint[] checksums) => (_bytes, _length, _checksums) = (bytes, length, checksums);

    public static uint[] Of(SegmentBytes bytes, long length, WorkerPool pool)
    {
        uint[] checksums = new uint[(length + PostingsFileHeader.BlockBytes - 1) / PostingsFileHeader.BlockBytes];
        SegmentChecksums body = new(bytes, length, checksums);
        pool.For(checksums.Length, ref body);
        return checksums;
    }

    public void Execute(int taskIndex)
    {
        long first = (long)taskIndex * PostingsFileHeader.BlockBytes;
        _checksums[taskIndex] = Checksum.Of(_bytes.Slice(first, Math.Min(PostingsFileHeader.BlockBytes, _length - first)));
    }
}
