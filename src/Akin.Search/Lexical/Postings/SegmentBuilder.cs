using System.Runtime.InteropServices;
using System.Text;

namespace Akin.Search.Lexical.Postings;

/// <summary>Turns documents into a segment.</summary>
internal sealed class SegmentBuilder
{
    private readonly List<long> _rows = [];
    private readonly List<int> _lengths = [];
    private readonly Dictionary<string, int> _ids = new(StringComparer.Ordinal);
    private readonly List<TermPostings> _terms = [];

    public int DocumentCount => _rows.Count;

    /// <summary>Occurrences of terms so far.</summary>
    public long OccurrenceCount { get; private set; }

    /// <summary>Adds a document.</summary>
    /// <param name="row">Its row, above the one before.</param>
    /// <param name="length">Its length, in units of the index.</param>
    /// <param name="occurrences">Its terms, positions ascending.</param>
    public void Add(long row, int length, IReadOnlyList<TermOccurrence> occurrences)
    {
        int document = _rows.Count;
        _rows.Add(row);
        _lengths.Add(length);
        OccurrenceCount += occurrences.Count;
        foreach (TermOccurrence occurrence in occurrences)
        {
            ref int id = ref CollectionsMarshal.GetValueRefOrAddDefault(_ids, occurrence.Term, out bool exists);
            if (!exists)
            {
                id = _terms.Count;
                _terms.Add(new TermPostings());
            }

            _terms[id].Add(document, occurrence.Position, occurrence.Weight);
        }
    }

    /// <summary>The segment of all documents added.</summary>
    public Segment Build()
    {
        // Different terms can have the same bytes only if they are not well-formed; TermsOf has seen to that.
        (byte[] Bytes, int Id)[] order = [.. _ids.Select(term => (Encoding.UTF8.GetBytes(term.Key), term.Value))];
        Array.Sort(order, static (left, right) => left.Bytes.AsSpan().SequenceCompareTo(right.Bytes));
        using MemoryStream stream = new();
        SegmentWriter writer = new(stream, CollectionsMarshal.AsSpan(_rows), [.. _lengths]);
        foreach ((byte[] bytes, int id) in order)
        {
            _terms[id].WriteTo(writer);
            writer.EndTerm(bytes);
        }

        SegmentLayout layout = writer.Finish();
        return new Segment(new SegmentBytes(stream.GetBuffer().AsSpan(0, (int)stream.Length)), layout);
    }

    /// <summary>The postings of one term while documents come in: for each document its distance to the one before, the frequency, and the positions.</summary>
    private sealed class TermPostings
    {
        private byte[] _bytes = new byte[16];
        private int _length;
        private int _last = -1;
        private int _document = -1;
        private uint _frequency;
        private uint _count;

        // Positions of the document at hand.
        private byte[] _positions = new byte[8];
        private int _positionsLength;
        private int _lastPosition;

        public void Add(int document, int position, int weight)
        {
            if (document != _document)
            {
                EndDocument();
                (_document, _lastPosition) = (document, 0);
            }

            _frequency += (uint)weight;
            _count++;
            Reserve(ref _positions, _positionsLength, VariableLength.MostBytes);
            _positionsLength += VariableLength.Write((uint)(position - _lastPosition), _positions.AsSpan(_positionsLength));
            _lastPosition = position;
        }

        public void WriteTo(SegmentWriter writer)
        {
            EndDocument();
            ReadOnlySpan<byte> bytes = _bytes.AsSpan(0, _length);
            int document = -1;
            for (int at = 0; at < bytes.Length;)
            {
                document += (int)VariableLength.Read(bytes, ref at);
                int frequency = (int)VariableLength.Read(bytes, ref at);
                int positions = at;
                uint count = VariableLength.Read(bytes, ref at);
                at = VariableLength.Skip(bytes, at, count);
                writer.Add(document, frequency, bytes[positions..at]);
            }
        }

        private void EndDocument()
        {
            // Without any weight it is as if it were not there.
            if (_frequency > 0)
            {
                Reserve(ref _bytes, _length, 3 * VariableLength.MostBytes + _positionsLength);
                _length += VariableLength.Write((uint)(_document - _last), _bytes.AsSpan(_length));
                _length += VariableLength.Write(_frequency, _bytes.AsSpan(_length));
                _length += VariableLength.Write(_count, _bytes.AsSpan(_length));
                _positions.AsSpan(0, _positionsLength).CopyTo(_bytes.AsSpan(_length));
                _length += _positionsLength;
                _last = _document;
            }

            (_frequency, _count, _positionsLength) = (0, 0, 0);
        }

        private static void Reserve(ref byte[] bytes, int length, int more)
        {
            if (bytes.Length - length < more)
            {
                Array.Resize(ref bytes, Math.Max(bytes.Length * 2, length + more));
            }
        }
    }
}
