using System.Buffers.Binary;
using Akin.Kernels;

namespace Akin.Search.Graph;

/// <summary>Reads the index files of hnswlib (0.4 to 0.8), which have no magic number and no checksum: everything in them is checked before it is believed.</summary>
/// <remarks>
/// Little-endian: u64 offset_level0, max_elements, element_count, size_per_element, label_offset, data_offset; i32 max_level; u32 entry_point; u64 max_m, max_m0, m; f64
/// level_multiplier; u64 ef_construction. Then each element: u32 (low 16 bits: number of links; bit 16: deleted), max_m0 × u32 links, float32 vector, u64 label. Then for each
/// element u32 bytes of its upper lists and for each level u32 count and max_m × u32 links.
/// </remarks>
internal sealed unsafe class HnswlibFile
{
    private const int HeaderBytes = 96;
    private const uint DeletedBit = 1 << 16;
    private const uint CountMask = 0xFFFF;

    // Unit vectors that went through float32: larger deviations mean that the file was made for another metric.
    private const double LargestLengthDeviation = 1e-3;

    private readonly string _path;
    private readonly Stream _stream;
    private readonly VectorMetric _metric;
    private int _count;
    private long _elementBytes;
    private int _dimension;
    private int _m;
    private int _maxLevel;
    private uint _entry;
    private int _efConstruction;

    private HnswlibFile(string path, Stream stream, VectorMetric metric)
    {
        _path = path;
        _stream = stream;
        _metric = metric;
    }

    /// <summary>Reads a file whole.</summary>
    /// <returns>The graph, and how it was built.</returns>
    /// <exception cref="GraphFormatException">Something in it is not as it must be.</exception>
    public static (GraphState State, HnswOptions Options) Read(string path, VectorMetric metric, VectorPrecision precision)
    {
        using FileStream stream = new(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 1 << 16);
        return Read(path, stream, metric, precision);
    }

    /// <summary>Reads a file from a stream that can seek; the path is for messages.</summary>
    /// <exception cref="GraphFormatException">Something in it is not as it must be.</exception>
    public static (GraphState State, HnswOptions Options) Read(string path, Stream stream, VectorMetric metric, VectorPrecision precision)
    {
        HnswlibFile file = new(path, stream, metric);
        file.ReadHeader();
        HnswOptions options = new() { M = file._m, EfConstruction = file._efConstruction, Precision = precision };
        return (file.ReadGraph(options), options);
    }

    private void ReadHeader()
    {
        byte[] bytes = new byte[HeaderBytes];
        Fill(bytes, "its header");
        ulong Word(int offset) => BinaryPrimitives.ReadUInt64LittleEndian(bytes.AsSpan(offset));
        ulong maxElements = Word(8), count = Word(16), elementBytes = Word(24), labelOffset = Word(32), dataOffset = Word(40);
        _maxLevel = BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(48));
        _entry = BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(52));
        ulong maxM = Word(56), maxM0 = Word(64), m = Word(72), efConstruction = Word(88);
        Require(Word(0) == 0, 0, $"offset_level0 is {Word(0)}, not 0: this is no hnswlib index");
        Require(count <= maxElements && count <= (ulong)Array.MaxLength, 16, $"element_count is {count}, with max_elements {maxElements}; supported are up to {Array.MaxLength}");
        Require(m is >= HnswOptions.LeastM and <= HnswOptions.MostM, 72, $"m is {m}, supported are {HnswOptions.LeastM} to {HnswOptions.MostM}");
        Require(maxM == m && maxM0 == 2 * m, 56, $"max_m is {maxM} and max_m0 {maxM0}, not m and 2 m of m {m}");
        ulong linkBytes = sizeof(uint) * (1 + maxM0);
        Require(dataOffset == linkBytes, 40, $"data_offset is {dataOffset}, not the {linkBytes} bytes of {maxM0} links");
        ulong vectorBytes = labelOffset - dataOffset;
        Require(
            labelOffset > dataOffset && vectorBytes % sizeof(float) == 0 && vectorBytes / sizeof(float) <= IndexFacts.MaxDimension,
            32,
            $"label_offset is {labelOffset}: between it and data_offset there are no 1 to {IndexFacts.MaxDimension} floats");
        Require(elementBytes == labelOffset + sizeof(ulong), 24, $"size_per_element is {elementBytes}, not {labelOffset + sizeof(ulong)}");
        Require(efConstruction is >= 1 and <= HnswOptions.MostEfConstruction, 88, $"ef_construction is {efConstruction}, supported are 1 to {HnswOptions.MostEfConstruction}");
        Require(
            _stream.Length - HeaderBytes >= (long)(count * (elementBytes + sizeof(uint))) && count * elementBytes < long.MaxValue / 2,
            _stream.Length,
            $"the file ends before the {count} elements of {elementBytes} bytes do");
        (_count, _elementBytes, _dimension, _m, _efConstruction) = ((int)count, (long)elementBytes, (int)(vectorBytes / sizeof(float)), (int)m, (int)efConstruction);
    }

    private GraphState ReadGraph(HnswOptions options)
    {
        // The upper lists come last, so the elements are read into a graph without them first.
        long start = _stream.Position;
        _stream.Position = start + _count * _elementBytes;
        (byte[] levels, int upperCount) = ReadLevels();
        GraphState state = GraphState.Allocate(options, _dimension, Vectors.ScanForm.MetricOf(_metric), _count, upperCount);
        for (int node = 0; node < _count; node++)
        {
            state.Links.AddLevels(node, levels[node]);
        }

        _stream.Position = start;
        ReadElements(state);
        ReadUpperLists(state.Links);
        Require(_stream.Position == _stream.Length, _stream.Position, $"{_stream.Length - _stream.Position} bytes follow the last element");
        if (_count > 0)
        {
            Require(_entry < (uint)_count && _maxLevel == levels[_entry], 48, $"max_level is {_maxLevel} and entry_point {_entry}, which is no element of that level");
            state.Links.SetEntry((int)_entry, _maxLevel);
        }

        state.UsedCount = _count;
        string? fault = GraphIntegrity.FindFault(state.Links, _count, withRepeated: false);
        Require(fault is null, HeaderBytes, fault ?? "");
        return state;
    }

    private (byte[] Levels, int UpperCount) ReadLevels()
    {
        byte[] levels = new byte[_count];
        byte[] size = new byte[sizeof(uint)];
        int listBytes = sizeof(uint) * (1 + _m);
        long upperCount = 0;
        for (int node = 0; node < _count; node++)
        {
            long offset = _stream.Position;
            Fill(size, $"the size of the upper lists of element {node}");
            uint bytes = BinaryPrimitives.ReadUInt32LittleEndian(size);
            Require(
                bytes % listBytes == 0 && bytes / listBytes <= GraphLevels.Highest && bytes <= _stream.Length - _stream.Position,
                offset,
                $"the upper lists of element {node} have {bytes} bytes, which are no 0 to {GraphLevels.Highest} lists of {listBytes}, or more than the file has");
            levels[node] = (byte)(bytes / listBytes);
            upperCount += levels[node];
            _stream.Position += bytes;
        }

        return (levels, checked((int)upperCount));
    }

    private void ReadElements(GraphState state)
    {
        byte[] bytes = new byte[_elementBytes];
        float[] vector = new float[_dimension];
        HashSet<long> labels = new(_count);
        for (int node = 0; node < _count; node++)
        {
            long offset = _stream.Position;
            Fill(bytes, $"element {node}");
            uint word = BinaryPrimitives.ReadUInt32LittleEndian(bytes);
            bool isDeleted = (word & DeletedBit) != 0;
            Require((word & ~(CountMask | DeletedBit)) == 0, offset, $"the flags of element {node} are 0x{word:x8}; known is only the deletion, 0x{DeletedBit:x8}");
            ReadList(state.Links, node, level: 0, word & CountMask, bytes.AsSpan(sizeof(uint)), offset);
            double square = 0;
            for (int i = 0; i < _dimension; i++)
            {
                vector[i] = BinaryPrimitives.ReadSingleLittleEndian(bytes.AsSpan(sizeof(uint) * (1 + 2 * _m) + i * sizeof(float)));
                Require(float.IsFinite(vector[i]), offset, $"value {i} of the vector of element {node} is {vector[i]}, not a finite number");
                square += (double)vector[i] * vector[i];
            }

            Require(
                _metric != VectorMetric.Cosine || Math.Abs(Math.Sqrt(square) - 1) < LargestLengthDeviation || square == 0,
                offset,
                $"the vector of element {node} has a length of {Math.Sqrt(square):G4}, and the file of a cosine space holds unit vectors: name the metric that it was made with");
            ulong label = BinaryPrimitives.ReadUInt64LittleEndian(bytes.AsSpan(bytes.Length - sizeof(ulong)));
            Require(label <= long.MaxValue && labels.Add((long)label), offset, $"the label of element {node} is {label}, which is above {long.MaxValue} or occurs twice");
            state.Vectors.Write(node, vector);
            state.Keys[node] = (long)label;
            if (!isDeleted)
            {
                state.SetLive(node);
            }
        }
    }

    private void ReadUpperLists(GraphLinks links)
    {
        byte[] bytes = new byte[sizeof(uint) * (1 + _m)];
        for (int node = 0; node < _count; node++)
        {
            _stream.Position += sizeof(uint);
            for (int level = 1; level <= links.Levels[node]; level++)
            {
                long offset = _stream.Position;
                Fill(bytes, $"level {level} of element {node}");
                uint word = BinaryPrimitives.ReadUInt32LittleEndian(bytes);
                ReadList(links, node, level, word, bytes.AsSpan(sizeof(uint)), offset);
            }
        }
    }

    private void ReadList(GraphLinks links, int node, int level, uint count, ReadOnlySpan<byte> bytes, long offset)
    {
        Require(count <= (uint)links.Places(level), offset, $"element {node} has {count} links on level {level}, and there is room for {links.Places(level)}");
        int* list = links.Of(node, level);
        for (int i = 0; i < (int)count; i++)
        {
            uint link = BinaryPrimitives.ReadUInt32LittleEndian(bytes[(i * sizeof(uint))..]);
            Require(link < (uint)_count, offset, $"link {i} of element {node} on level {level} is {link}, and there are {_count} elements");
            list[i] = (int)link;
        }
    }

    private void Fill(Span<byte> bytes, string what)
    {
        long offset = _stream.Position;
        int read = _stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        Require(read == bytes.Length, offset, $"the file ends inside {what}");
    }

    private void Require(bool condition, long offset, string finding)
    {
        if (!condition)
        {
            throw new GraphFormatException(_path, offset, finding);
        }
    }
}
