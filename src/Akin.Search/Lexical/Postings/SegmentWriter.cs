using System.Buffers;
using System.Runtime.InteropServices;

namespace Akin.Search.Lexical.Postings;

/// <summary>Writes a segment from front to back: documents first, then terms in the order of their bytes, each with its postings in the order of the documents.</summary>
internal sealed class SegmentWriter
{
    private readonly Stream _output;
    private readonly int[] _lengths;
    private readonly List<byte> _entries = [];
    private readonly List<uint> _termStarts = [0];
    private readonly List<byte> _termBytes = [];

    // Of the term that is being written.
    private readonly List<uint> _gaps = new(PostingsBlock.Size);
    private readonly List<uint> _frequencies = new(PostingsBlock.Size);
    private readonly List<Impact> _impacts = new(PostingsBlock.Size);
    private readonly List<Impact> _termImpacts = [];
    private readonly List<PostingsBlock> _blocks = [];
    private readonly ArrayBufferWriter<byte> _blockData = new();
    private readonly ArrayBufferWriter<byte> _positions = new();
    private int _documentCount;
    private int _lastDocument = -1;
    private int _blockPositions;
    private long _offset;

    /// <param name="output">Where the segment goes; written to from its place on.</param>
    /// <param name="rows">The store's row numbers, ascending.</param>
    /// <param name="lengths">The lengths of the documents in the same order.</param>
    public SegmentWriter(Stream output, ReadOnlySpan<long> rows, int[] lengths)
    {
        _output = output;
        _lengths = lengths;
        Write(MemoryMarshal.AsBytes(rows));
        Write(MemoryMarshal.AsBytes<int>(lengths));
    }

    /// <summary>Adds a posting to the term that <see cref="EndTerm"/> will name.</summary>
    /// <param name="document">The document's place in the segment, above the one before.</param>
    /// <param name="frequency">Occurrences in units of the index, above 0.</param>
    /// <param name="positions">The number of positions and the distances between them, as <see cref="VariableLength"/> writes them.</param>
    public void Add(int document, int frequency, ReadOnlySpan<byte> positions)
    {
        _gaps.Add((uint)(document - _lastDocument - 1));
        _frequencies.Add((uint)(frequency - 1));
        _impacts.Add(new Impact(frequency, _lengths[document]));
        _positions.Write(positions);
        _lastDocument = document;
        _documentCount++;
        if (_gaps.Count == PostingsBlock.Size)
        {
            EndBlock();
        }
    }

    /// <summary>Writes the postings added since the last term; a term without postings is left out.</summary>
    /// <param name="term">The bytes of the term (UTF-8).</param>
    public void EndTerm(ReadOnlySpan<byte> term)
    {
        if (_documentCount == 0)
        {
            return;
        }

        if (_gaps.Count > 0)
        {
            EndBlock();
        }

        ReadOnlySpan<byte> padding = stackalloc byte[BitPacking.PaddingBytes];
        _blockData.Write(padding);
        Impact.KeepBest(_termImpacts);
        int headerBytes = _blocks.Count * PostingsBlock.SizeBytes + _termImpacts.Count * Impact.SizeBytes;
        long blockBytes = headerBytes + (long)_blockData.WrittenCount;
        if (blockBytes > int.MaxValue || _termBytes.Count > int.MaxValue - term.Length)
        {
            throw new InvalidDataException("a term has more postings than a segment can hold");
        }

        Span<byte> entry = stackalloc byte[TermEntry.SizeBytes];
        entry.Clear();
        new TermEntry(_offset, (int)blockBytes, _documentCount, _positions.WrittenCount, _termImpacts.Count).Write(entry);
        _entries.AddRange(entry);
        _termBytes.AddRange(term);
        _termStarts.Add((uint)_termBytes.Count);
        Span<byte> header = stackalloc byte[PostingsBlock.SizeBytes];
        foreach (PostingsBlock block in _blocks)
        {
            (block with { Offset = block.Offset + (uint)headerBytes }).Write(header);
            Write(header);
        }

        Write(MemoryMarshal.AsBytes(CollectionsMarshal.AsSpan(_termImpacts)));
        Write(_blockData.WrittenSpan);
        Write(_positions.WrittenSpan);
        _blocks.Clear();
        _termImpacts.Clear();
        _blockData.ResetWrittenCount();
        _positions.ResetWrittenCount();
        _documentCount = 0;
        _lastDocument = -1;
        _blockPositions = 0;
    }

    /// <summary>Writes the dictionary.</summary>
    public SegmentLayout Finish()
    {
        SegmentLayout layout = new(_lengths.Length, _termStarts.Count - 1, _offset, (uint)_termBytes.Count);
        Write(CollectionsMarshal.AsSpan(_entries));
        Write(MemoryMarshal.AsBytes(CollectionsMarshal.AsSpan(_termStarts)));
        Write(CollectionsMarshal.AsSpan(_termBytes));
        return layout;
    }

    private void EndBlock()
    {
        ReadOnlySpan<uint> gaps = CollectionsMarshal.AsSpan(_gaps), frequencies = CollectionsMarshal.AsSpan(_frequencies);
        int documentBits = BitPacking.BitsFor(gaps), frequencyBits = BitPacking.BitsFor(frequencies);
        Impact.KeepBest(_impacts);
        _termImpacts.AddRange(_impacts);
        _blocks.Add(new PostingsBlock(_lastDocument, (uint)_blockData.WrittenCount, (uint)_blockPositions, documentBits, frequencyBits, _impacts.Count));
        _blockPositions = _positions.WrittenCount;
        _blockData.Write(MemoryMarshal.AsBytes(CollectionsMarshal.AsSpan(_impacts)));
        WritePacked(gaps, documentBits);
        WritePacked(frequencies, frequencyBits);
        _gaps.Clear();
        _frequencies.Clear();
        _impacts.Clear();
    }

    private void WritePacked(ReadOnlySpan<uint> values, int bits)
    {
        int bytes = BitPacking.BytesFor(values.Length, bits);
        Span<byte> packed = stackalloc byte[PostingsBlock.Size * sizeof(uint) + BitPacking.PaddingBytes];
        packed.Clear();
        BitPacking.Pack(values, bits, packed);
        _blockData.Write(packed[..bytes]);
    }

    private void Write(ReadOnlySpan<byte> bytes)
    {
        _output.Write(bytes);
        _offset += bytes.Length;
    }
}
