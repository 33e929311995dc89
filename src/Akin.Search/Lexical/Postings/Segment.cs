using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Akin.Search.Lexical.Postings;

/// <summary>Documents and the postings of their terms, unchanging: a file, or what was written since in memory. Documents are counted from 0, in the order of their rows.</summary>
internal sealed class Segment(SegmentBytes bytes, SegmentLayout layout)
{
    public SegmentBytes Bytes { get; } = bytes;

    public int DocumentCount => layout.DocumentCount;

    public int TermCount => layout.TermCount;

    public long SizeBytes => layout.SizeBytes;

    public ReadOnlySpan<long> Rows => MemoryMarshal.Cast<byte, long>(Bytes.Slice(SegmentLayout.RowsOffset, (long)DocumentCount * sizeof(long)));

    public ReadOnlySpan<int> Lengths => MemoryMarshal.Cast<byte, int>(Bytes.Slice(layout.LengthsOffset, (long)DocumentCount * sizeof(int)));

    public ReadOnlySpan<byte> Term(int index)
    {
        ReadOnlySpan<byte> starts = Bytes.Slice(layout.TermStartsOffset + (long)index * sizeof(uint), 2 * sizeof(uint));
        uint start = BinaryPrimitives.ReadUInt32LittleEndian(starts), end = BinaryPrimitives.ReadUInt32LittleEndian(starts[sizeof(uint)..]);
        return end <= layout.TermBytes ? Bytes.Slice(layout.TermBytesOffset + start, (long)end - start) : throw new InvalidDataException($"term {index} ends behind the last");
    }

    public TermEntry Entry(int index) => TermEntry.Read(Bytes.Slice(layout.EntriesOffset + (long)index * TermEntry.SizeBytes, TermEntry.SizeBytes));

    /// <summary>The place of a term in the dictionary, or -1.</summary>
    public int Find(ReadOnlySpan<byte> term)
    {
        int low = 0, high = TermCount - 1;
        while (low <= high)
        {
            int middle = low + (high - low) / 2;
            int order = Term(middle).SequenceCompareTo(term);
            if (order == 0)
            {
                return middle;
            }

            (low, high) = order < 0 ? (middle + 1, high) : (low, middle - 1);
        }

        return -1;
    }
}
