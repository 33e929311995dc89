using System.Runtime.InteropServices;

namespace Akin.Search.Lexical.Postings;

/// <summary>Walks the documents of one term in a segment, forwards, over whole blocks where nothing in them is wanted. Not thread-safe.</summary>
internal sealed class PostingsCursor
{
    /// <summary>The document behind the last one.</summary>
    public const int End = int.MaxValue;

    private readonly Segment _segment;
    private readonly TermEntry _entry;
    private readonly uint[] _values = new uint[PostingsBlock.Size];
    private readonly int[] _documents = new int[PostingsBlock.Size];
    private readonly uint[] _frequencies = new uint[PostingsBlock.Size];
    private PostingsBlock _block;
    private int _blockIndex = -1;
    private int _count;
    private int _at;
    private bool _hasFrequencies;
    private int _positionedAt;
    private int _positionOffset;

    // The block that may hold the document asked for last, unpacked or not.
    private PostingsBlock _near;
    private int _nearIndex;

    public PostingsCursor(Segment segment, TermEntry entry)
    {
        _segment = segment;
        _entry = entry;
        _near = Block(0);
        Document = -1;
    }

    /// <summary>The document at hand: -1 before the first, <see cref="End"/> behind the last.</summary>
    public int Document { get; private set; }

    public int DocumentCount => _entry.DocumentCount;

    public int BlockCount => _entry.BlockCount;

    /// <summary>The last document of the block that <see cref="Near"/> found; <see cref="End"/> when there is none.</summary>
    public int NearLast => _nearIndex < BlockCount ? _near.LastDocument : End;

    /// <summary>Which block <see cref="Near"/> found.</summary>
    public int NearIndex => _nearIndex;

    /// <summary>How often the document has the term, in units of the index.</summary>
    public int Frequency
    {
        get
        {
            if (!_hasFrequencies)
            {
                long offset = _entry.Offset + _block.Offset + _block.ImpactCount * Impact.SizeBytes + BitPacking.BytesFor(_count, _block.DocumentBits);
                BitPacking.Unpack(Packed(offset, _block.FrequencyBits), _block.FrequencyBits, _frequencies.AsSpan(0, _count));
                _hasFrequencies = true;
            }

            return (int)_frequencies[_at] + 1;
        }
    }

    /// <summary>Moves to the next document.</summary>
    public int Next() => Document == End ? End : Advance(Document + 1);

    /// <summary>Moves to the first document from one on.</summary>
    public int Advance(int target)
    {
        if (target <= Document)
        {
            return Document;
        }

        Near(target);
        if (_nearIndex == BlockCount)
        {
            return Document = End;
        }

        if (_blockIndex != _nearIndex)
        {
            Unpack();
        }

        while (_documents[_at] < target)
        {
            _at++;
        }

        return Document = _documents[_at];
    }

    /// <summary>Finds the block that may hold a document, without unpacking it.</summary>
    public void Near(int target)
    {
        while (_nearIndex < BlockCount && _near.LastDocument < target)
        {
            if (++_nearIndex < BlockCount)
            {
                _near = Block(_nearIndex);
            }
        }
    }

    /// <summary>The best impacts of the block that <see cref="Near"/> found.</summary>
    public ReadOnlySpan<Impact> NearImpacts => Impacts(_entry.Offset + _near.Offset, _near.ImpactCount);

    /// <summary>The best impacts of all blocks.</summary>
    public ReadOnlySpan<Impact> AllImpacts => Impacts(_entry.ImpactsOffset, _entry.ImpactCount);

    /// <summary>The positions of the document at hand, as they are stored: their number, and the distances.</summary>
    public ReadOnlySpan<byte> PositionBytes
    {
        get
        {
            ReadOnlySpan<byte> bytes = _segment.Bytes.Slice(
                _entry.Offset + _entry.BlockBytes + _block.PositionsOffset, Math.Min(_entry.PositionBytes - _block.PositionsOffset, int.MaxValue));
            if (_positionedAt > _at)
            {
                (_positionedAt, _positionOffset) = (0, 0);
            }

            for (; _positionedAt < _at; _positionedAt++)
            {
                uint skipped = VariableLength.Read(bytes, ref _positionOffset);
                _positionOffset = VariableLength.Skip(bytes, _positionOffset, skipped);
            }

            int end = _positionOffset;
            uint count = VariableLength.Read(bytes, ref end);
            return bytes[_positionOffset..VariableLength.Skip(bytes, end, count)];
        }
    }

    private PostingsBlock Block(int index) =>
        PostingsBlock.Read(_segment.Bytes.Slice(_entry.Offset + (long)index * PostingsBlock.SizeBytes, PostingsBlock.SizeBytes));

    private ReadOnlySpan<Impact> Impacts(long offset, int count) =>
        MemoryMarshal.Cast<byte, Impact>(_segment.Bytes.Slice(offset, (long)count * Impact.SizeBytes));

    private ReadOnlySpan<byte> Packed(long offset, int bits) => bits <= 32
        ? _segment.Bytes.Slice(offset, BitPacking.BytesFor(_count, bits) + BitPacking.PaddingBytes)
        : throw new InvalidDataException($"a block has numbers of {bits} bits");

    private void Unpack()
    {
        int before = _nearIndex == 0 ? -1 : Block(_nearIndex - 1).LastDocument;
        (_block, _blockIndex) = (_near, _nearIndex);
        _count = _blockIndex == BlockCount - 1 ? _entry.DocumentCount - _blockIndex * PostingsBlock.Size : PostingsBlock.Size;
        BitPacking.Unpack(Packed(_entry.Offset + _block.Offset + _block.ImpactCount * Impact.SizeBytes, _block.DocumentBits), _block.DocumentBits, _values.AsSpan(0, _count));
        long document = before;
        for (int i = 0; i < _count; i++)
        {
            document += 1L + _values[i];
            _documents[i] = (int)document;
        }

        // The numbers add up to the last one only if all of them are documents of the segment.
        if (document != _block.LastDocument || document >= _segment.DocumentCount)
        {
            throw new InvalidDataException($"a block ends with document {document}, not {_block.LastDocument} of {_segment.DocumentCount}");
        }

        _at = 0;
        _hasFrequencies = false;
        (_positionedAt, _positionOffset) = (0, 0);
    }
}
