using System.Buffers;
using System.Buffers.Binary;
using Akin.Datasets.Columns;
using Akin.Datasets.Compression;

namespace Akin.Datasets.Parquet;

/// <summary>Reads the pages of one column chunk: the levels of every entry and the values that are not null.</summary>
internal sealed class LeafReader
{
    private const int DataPage = 0;
    private const int IndexPage = 1;
    private const int DictionaryPage = 2;
    private const int DataPageV2 = 3;
    private const int MostValuesOfPage = 1 << 24;

    private readonly ParquetLeaf _leaf;
    private readonly long _codec;
    private readonly ArrayBufferWriter<int> _repetition = new();
    private readonly ArrayBufferWriter<int> _definition = new();
    private LeafValues? _dictionary;

    private LeafReader(ParquetLeaf leaf, long codec)
    {
        _leaf = leaf;
        _codec = codec;
        Values = new LeafValues(leaf);
    }

    /// <summary>The repetition level of each entry.</summary>
    public ReadOnlySpan<int> Repetition => _repetition.WrittenSpan;

    /// <summary>The definition level of each entry.</summary>
    public ReadOnlySpan<int> Definition => _definition.WrittenSpan;

    public LeafValues Values { get; }

    /// <summary>Reads a chunk.</summary>
    /// <param name="file">The file.</param>
    /// <param name="leaf">The column.</param>
    /// <param name="chunk">Its metadata.</param>
    public static LeafReader Read(MappedFile file, ParquetLeaf leaf, ThriftStruct chunk)
    {
        if (chunk.Has(8) || chunk.Has(9))
        {
            throw new NotSupportedException("the column is encrypted, which is not supported");
        }

        ThriftStruct metadata = chunk.Struct(3) ?? throw new InvalidDataException("a column chunk has no metadata");
        string path = string.Join('.', metadata.Texts(3));
        if (path != leaf.Path || metadata.Integer(1) != (long)leaf.Type)
        {
            throw new InvalidDataException($"the chunk is that of column '{path}'");
        }

        long start = metadata.Required(9, "data_page_offset");
        if (metadata.Integer(11) is > 0 and { } dictionary && dictionary < start)
        {
            start = dictionary;
        }

        long length = metadata.Required(7, "total_compressed_size");
        if (start < 0 || length < 0 || length > int.MaxValue || start > file.Length - length)
        {
            throw new InvalidDataException($"the chunk claims {length} bytes at {start} of a file of {file.Length}");
        }

        long count = metadata.Required(5, "num_values");
        LeafReader reader = new(leaf, metadata.Required(4, "codec"));
        reader.ReadPages(file.Slice(start, (int)length), count);
        if (reader._definition.WrittenCount != count)
        {
            throw new InvalidDataException($"the chunk claims {count} values and holds {reader._definition.WrittenCount}");
        }

        return reader;
    }

    private void ReadPages(ReadOnlyMemory<byte> chunk, long count)
    {
        while (_definition.WrittenCount < count && chunk.Length > 0)
        {
            ThriftStruct header = ThriftStruct.Read(chunk.Span, out int headerLength);
            chunk = chunk[headerLength..];
            long packed = header.Required(3, "compressed_page_size");
            long unpacked = header.Required(2, "uncompressed_page_size");
            if (packed < 0 || packed > chunk.Length || unpacked is < 0 or > int.MaxValue)
            {
                throw new InvalidDataException($"a page claims {packed} packed and {unpacked} unpacked bytes where {chunk.Length} are left");
            }

            ReadOnlyMemory<byte> body = chunk[..(int)packed];
            chunk = chunk[(int)packed..];
            if (header.Integer(4) is { } checksum && (uint)checksum != Crc32.Of(body.Span))
            {
                throw new InvalidDataException("the checksum of a page is wrong");
            }

            switch (header.Required(1, "the type of a page"))
            {
                case DataPage:
                    ReadDataPage(header.Struct(5), PageCodec.Unpack(_codec, body, (int)unpacked).Span, count);
                    break;
                case DataPageV2:
                    ReadDataPageV2(header.Struct(8), body, (int)unpacked, count);
                    break;
                case DictionaryPage:
                    ReadDictionary(header.Struct(7), PageCodec.Unpack(_codec, body, (int)unpacked).Span);
                    break;
                case IndexPage:
                    break;
                case var type:
                    throw new NotSupportedException($"a page has the type {type}, which is not known");
            }
        }
    }

    private void ReadDictionary(ThriftStruct? header, ReadOnlySpan<byte> body)
    {
        long count = header?.Integer(1) ?? -1;
        long encoding = header?.Integer(2) ?? -1;
        if (count is < 0 or > MostValuesOfPage || encoding is not (0 or 2) || _dictionary is not null)
        {
            throw new InvalidDataException($"a dictionary page has {count} values of the encoding {encoding}, or is the second one");
        }

        _dictionary = new LeafValues(_leaf);
        _dictionary.AddPlain(body, (int)count);
    }

    private void ReadDataPage(ThriftStruct? header, ReadOnlySpan<byte> body, long chunkCount)
    {
        int count = PageCount(header, chunkCount);
        int[] repetition = new int[count];
        int[] definition = new int[count];
        if (_leaf.MaximumRepetition > 0)
        {
            CheckLevelEncoding(header!.Integer(4));
            body = ReadPrefixedLevels(body, _leaf.MaximumRepetition, repetition);
        }

        if (_leaf.MaximumDefinition > 0)
        {
            CheckLevelEncoding(header!.Integer(3));
            body = ReadPrefixedLevels(body, _leaf.MaximumDefinition, definition);
        }

        TakeLevels(repetition, definition);
        ReadValues(header!.Required(2, "the encoding of a page"), body, CountValues(definition));
    }

    private void ReadDataPageV2(ThriftStruct? header, ReadOnlyMemory<byte> body, int unpackedLength, long chunkCount)
    {
        int count = PageCount(header, chunkCount);
        long definitionLength = header!.Required(5, "definition_levels_byte_length");
        long repetitionLength = header.Required(6, "repetition_levels_byte_length");
        if (definitionLength < 0 || repetitionLength < 0 || definitionLength + repetitionLength > Math.Min(body.Length, unpackedLength))
        {
            throw new InvalidDataException($"a page of {body.Length} bytes claims levels of {definitionLength} and {repetitionLength} bytes");
        }

        int[] repetition = new int[count];
        int[] definition = new int[count];
        ReadLevels(body.Span[..(int)repetitionLength], _leaf.MaximumRepetition, repetition);
        ReadLevels(body.Span.Slice((int)repetitionLength, (int)definitionLength), _leaf.MaximumDefinition, definition);
        int levels = (int)(repetitionLength + definitionLength);
        ReadOnlyMemory<byte> values = body[levels..];
        if (header.Boolean(7) != false && values.Length > 0)
        {
            values = PageCodec.Unpack(_codec, values, unpackedLength - levels);
        }

        TakeLevels(repetition, definition);
        ReadValues(header.Required(4, "the encoding of a page"), values.Span, CountValues(definition));
    }

    private int PageCount(ThriftStruct? header, long chunkCount)
    {
        long count = header?.Integer(1) ?? throw new InvalidDataException("a page has no header of its kind");
        return count >= 0 && count <= chunkCount - _definition.WrittenCount && count <= MostValuesOfPage
            ? (int)count
            : throw new InvalidDataException($"a page claims {count} values where {chunkCount - _definition.WrittenCount} are left of the chunk");
    }

    private static void CheckLevelEncoding(long? encoding)
    {
        if (encoding != 3)
        {
            throw new NotSupportedException($"levels have the encoding {encoding}; RLE (3) is supported");
        }
    }

    private static ReadOnlySpan<byte> ReadPrefixedLevels(ReadOnlySpan<byte> body, int maximum, Span<int> levels)
    {
        int length = body.Length >= sizeof(int) ? BinaryPrimitives.ReadInt32LittleEndian(body) : -1;
        if (length < 0 || length > body.Length - sizeof(int))
        {
            throw new InvalidDataException($"levels claim {length} bytes in a page of {body.Length}");
        }

        ReadLevels(body.Slice(sizeof(int), length), maximum, levels);
        return body[(sizeof(int) + length)..];
    }

    private static void ReadLevels(ReadOnlySpan<byte> bytes, int maximum, Span<int> levels)
    {
        if (maximum == 0)
        {
            return;
        }

        BitReader.ReadRuns(bytes, BitReader.WidthOf(maximum), levels);
        foreach (int level in levels)
        {
            if ((uint)level > (uint)maximum)
            {
                throw new InvalidDataException($"there is a level {level} where {maximum} is the highest");
            }
        }
    }

    private void TakeLevels(int[] repetition, int[] definition)
    {
        if (_repetition.WrittenCount == 0 && repetition is [not 0, ..])
        {
            throw new InvalidDataException("the first row does not begin: its repetition level is not 0");
        }

        _repetition.Write(repetition);
        _definition.Write(definition);
    }

    private int CountValues(int[] definition) => definition.Count(level => level == _leaf.MaximumDefinition);

    private void ReadValues(long encoding, ReadOnlySpan<byte> body, int count)
    {
        switch (encoding)
        {
            case 0:
                Values.AddPlain(body, count);
                break;
            case 2 or 8:
                ReadDictionaryIndices(body, count);
                break;
            case 3 when _leaf.Type == ParquetType.Boolean:
                ReadRunBooleans(body, count);
                break;
            case 5 when _leaf.Type is ParquetType.Int32 or ParquetType.Int64:
                ReadDeltaIntegers(body, count);
                break;
            case 6 when _leaf.Type == ParquetType.ByteArray:
                int position = 0;
                ReadDeltaLengths(body, ref position, count, []);
                break;
            case 7 when _leaf.Type is ParquetType.ByteArray or ParquetType.FixedLengthByteArray:
                ReadDeltaBytes(body, count);
                break;
            case 9 when _leaf.Width > 0:
                ReadSplitStreams(body, count);
                break;
            default:
                throw new NotSupportedException($"a page has the encoding {encoding}, which is not supported for {_leaf.Type}");
        }
    }

    private void ReadDictionaryIndices(ReadOnlySpan<byte> body, int count)
    {
        LeafValues dictionary = _dictionary ?? throw new InvalidDataException("a page needs a dictionary, which is missing");
        if (count == 0)
        {
            return;
        }

        int[] indices = new int[count];
        BitReader.ReadRuns(body[1..], body.Length > 0 ? body[0] : 0, indices);
        foreach (int index in indices)
        {
            Values.Add((uint)index < (uint)dictionary.Count ? dictionary[index] : throw new InvalidDataException($"a page points to value {index} of a dictionary of {dictionary.Count}"));
        }
    }

    private void ReadRunBooleans(ReadOnlySpan<byte> body, int count)
    {
        int length = body.Length >= sizeof(int) ? BinaryPrimitives.ReadInt32LittleEndian(body) : -1;
        if (length < 0 || length > body.Length - sizeof(int))
        {
            throw new InvalidDataException($"booleans claim {length} bytes in a page of {body.Length}");
        }

        int[] bits = new int[count];
        BitReader.ReadRuns(body.Slice(sizeof(int), length), 1, bits);
        foreach (int bit in bits)
        {
            Values.Add([(byte)bit]);
        }
    }

    private void ReadDeltaIntegers(ReadOnlySpan<byte> body, int count)
    {
        int position = 0;
        long[] numbers = BitReader.ReadDeltas(body, ref position, count);
        CheckCount(numbers.Length, count);
        Span<byte> bytes = stackalloc byte[sizeof(long)];
        foreach (long number in numbers)
        {
            BinaryPrimitives.WriteInt64LittleEndian(bytes, number);
            Values.Add(bytes[.._leaf.Width]);
        }
    }

    /// <summary>Lengths, then the bytes of all values; <paramref name="prefixes"/> tells how much each takes over from the one before.</summary>
    private void ReadDeltaLengths(ReadOnlySpan<byte> body, ref int position, int count, ReadOnlySpan<long> prefixes)
    {
        long[] lengths = BitReader.ReadDeltas(body, ref position, count);
        CheckCount(lengths.Length, count);
        byte[] before = [];
        for (int index = 0; index < count; index++)
        {
            long prefix = prefixes.IsEmpty ? 0 : prefixes[index];
            if (lengths[index] < 0 || lengths[index] > body.Length - position || prefix < 0 || prefix > before.Length)
            {
                throw new InvalidDataException($"a value claims {lengths[index]} bytes behind {prefix} of the one before");
            }

            ReadOnlySpan<byte> rest = body.Slice(position, (int)lengths[index]);
            position += rest.Length;
            if (prefixes.IsEmpty)
            {
                Values.Add(rest);
            }
            else
            {
                before = [.. before.AsSpan(0, (int)prefix), .. rest];
                Values.Add(before);
            }
        }
    }

    private void ReadDeltaBytes(ReadOnlySpan<byte> body, int count)
    {
        int position = 0;
        long[] prefixes = BitReader.ReadDeltas(body, ref position, count);
        CheckCount(prefixes.Length, count);
        if (count > 0)
        {
            ReadDeltaLengths(body, ref position, count, prefixes);
        }
    }

    private void ReadSplitStreams(ReadOnlySpan<byte> body, int count)
    {
        int width = _leaf.Width;
        if ((long)count * width > body.Length)
        {
            throw new InvalidDataException($"a page of {body.Length} bytes holds fewer than {count} values of {width}");
        }

        byte[] value = new byte[width];
        for (int index = 0; index < count; index++)
        {
            for (int part = 0; part < width; part++)
            {
                value[part] = body[(part * count) + index];
            }

            Values.Add(value);
        }
    }

    private static void CheckCount(int found, int expected)
    {
        if (found != expected)
        {
            throw new InvalidDataException($"a page holds {found} values where {expected} are expected");
        }
    }
}
