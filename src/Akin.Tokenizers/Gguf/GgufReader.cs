using System.Buffers.Binary;
using System.Text;

namespace Akin.Tokenizers.Gguf;

/// <summary>
/// Reads what stands in front of the weights of a GGUF file (versions 2 and 3, little-endian; specification: ggml's <c>docs/gguf.md</c>): the vocabulary
/// here, the places of the weights in the layer above. Every count is checked against what is left of the file before memory is taken.
/// </summary>
public sealed class GgufReader
{
    private const uint Magic = 0x4655_4747; // "GGUF"
    private const uint OldestVersion = 2;
    private const uint NewestVersion = 3;
    private const ulong MostValues = 1 << 16;
    private const ulong MostTensors = 1 << 16;
    private const ulong LongestName = 1 << 16;
    private const ulong LongestText = 1 << 24;

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly Stream stream;
    private readonly Func<string, string, Exception> fault;
    private readonly byte[] buffer = new byte[sizeof(ulong)];
    private readonly int valueCount;

    /// <summary>Starts at the beginning of a file.</summary>
    /// <param name="stream">The file; not disposed.</param>
    /// <param name="fault">Makes the error for a file that is damaged, from the place and the problem.</param>
    public GgufReader(Stream stream, Func<string, string, Exception> fault)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(fault);
        (this.stream, this.fault) = (stream, fault);
        if (UInt32("magic") != Magic)
            throw fault("magic", "not a GGUF file");
        uint version = UInt32("version");
        if (version is < OldestVersion or > NewestVersion)
            throw fault("version", $"the version {version} is not supported; supported: {OldestVersion} and {NewestVersion}, little-endian");
        TensorCount = Count("tensor_count", MostTensors);
        valueCount = Count("metadata_kv_count", MostValues);
    }

    private enum ValueType : uint
    {
        UInt8,
        Int8,
        UInt16,
        Int16,
        UInt32,
        Int32,
        Float32,
        Bool,
        String,
        Array,
        UInt64,
        Int64,
        Float64,
    }

    /// <summary>How many tensors are described behind the values.</summary>
    public int TensorCount { get; }

    /// <summary>Where the next byte stands in the file.</summary>
    public long Position => stream.Position;

    private ulong Left => (ulong)(stream.Length - stream.Position);

    /// <summary>Reads all named values; the descriptions of tensors follow them.</summary>
    /// <param name="keeps">Which ones are kept, by name and by whether they are lists; the others are passed over.</param>
    /// <returns>
    /// <see cref="long"/>, <see cref="double"/>, <see cref="bool"/>, <see cref="string"/>; lists of texts, of float32, of 32-bit and of 8-bit numbers. Lists of
    /// other types are passed over.
    /// </returns>
    public Dictionary<string, object> ReadValues(Func<string, bool, bool> keeps)
    {
        ArgumentNullException.ThrowIfNull(keeps);
        Dictionary<string, object> values = new(StringComparer.Ordinal);
        for (int i = 0; i < valueCount; i++)
        {
            string name = Name($"metadata[{i}]");
            ValueType type = Type(name);
            bool keep = keeps(name, type == ValueType.Array);
            object? value = type == ValueType.Array ? ReadList(name, keep) : ReadOne(type, name, keep);
            if (value is not null && !values.TryAdd(name, value))
                throw fault(name, "the value is there twice");
        }
        return values;
    }

    /// <summary>Reads a name.</summary>
    /// <param name="place">What it is, for an error.</param>
    public string Name(string place) => Text(place, LongestName);

    /// <summary>Reads a number.</summary>
    /// <inheritdoc cref="Name"/>
    public uint UInt32(string place)
    {
        Fill(sizeof(uint), place);
        return BinaryPrimitives.ReadUInt32LittleEndian(buffer);
    }

    /// <summary>Reads a number.</summary>
    /// <inheritdoc cref="Name"/>
    public ulong UInt64(string place)
    {
        Fill(sizeof(ulong), place);
        return BinaryPrimitives.ReadUInt64LittleEndian(buffer);
    }

    private int Count(string place, ulong most)
    {
        ulong count = UInt64(place);
        return count <= most ? (int)count : throw fault(place, $"a count of {count}; at most {most} are supported");
    }

    private ValueType Type(string name)
    {
        uint type = UInt32(name);
        return type <= (uint)ValueType.Float64 ? (ValueType)type : throw fault(name, $"the type {type} is not known; 0 to 12 are");
    }

    private object? ReadOne(ValueType type, string name, bool keep)
    {
        if (type == ValueType.String)
        {
            if (keep)
                return Text(name, LongestText);
            Skip(UInt64(name), name);
            return null;
        }
        Fill(SizeOf(type), name);
        return !keep ? null : type switch
        {
            ValueType.UInt8 => (long)buffer[0],
            ValueType.Int8 => (long)(sbyte)buffer[0],
            ValueType.UInt16 => (long)BinaryPrimitives.ReadUInt16LittleEndian(buffer),
            ValueType.Int16 => (long)BinaryPrimitives.ReadInt16LittleEndian(buffer),
            ValueType.UInt32 => (long)BinaryPrimitives.ReadUInt32LittleEndian(buffer),
            ValueType.Int32 => (long)BinaryPrimitives.ReadInt32LittleEndian(buffer),
            ValueType.Float32 => (double)BinaryPrimitives.ReadSingleLittleEndian(buffer),
            ValueType.Bool => buffer[0] != 0,
            ValueType.UInt64 => (long)Math.Min(BinaryPrimitives.ReadUInt64LittleEndian(buffer), long.MaxValue),
            ValueType.Int64 => BinaryPrimitives.ReadInt64LittleEndian(buffer),
            _ => BinaryPrimitives.ReadDoubleLittleEndian(buffer),
        };
    }

    private object? ReadList(string name, bool keep)
    {
        ValueType type = Type(name);
        ulong count = UInt64(name);
        if (type == ValueType.Array)
            throw fault(name, "lists of lists are not supported");
        ulong smallest = type == ValueType.String ? sizeof(ulong) : (ulong)SizeOf(type);
        if (count > Left / smallest)
            throw fault(name, $"a list of {count} values with {Left} bytes left in the file");
        if (type == ValueType.String)
            return ReadTexts(name, (int)count, keep);
        ulong bytes = count * smallest;
        if (!keep || bytes > int.MaxValue)
        {
            Skip(bytes, name);
            return null;
        }
        byte[] raw = new byte[bytes];
        stream.ReadExactly(raw);
        switch (type)
        {
            case ValueType.Float32:
                float[] scores = new float[count];
                for (int i = 0; i < scores.Length; i++)
                    scores[i] = BinaryPrimitives.ReadSingleLittleEndian(raw.AsSpan(i * sizeof(float)));
                return scores;
            case ValueType.Int32 or ValueType.UInt32:
                int[] numbers = new int[count];
                for (int i = 0; i < numbers.Length; i++)
                    numbers[i] = BinaryPrimitives.ReadInt32LittleEndian(raw.AsSpan(i * sizeof(int)));
                return numbers;
            case ValueType.UInt8 or ValueType.Int8:
                return raw;
            default:
                return null; // no list of a tokenizer has another type
        }
    }

    private string[]? ReadTexts(string name, int count, bool keep)
    {
        string[]? texts = keep ? new string[count] : null;
        for (int i = 0; i < count; i++)
        {
            if (texts is null)
                Skip(UInt64(name), name);
            else
                texts[i] = Text(name, LongestText);
        }
        return texts;
    }

    private string Text(string place, ulong longest)
    {
        ulong length = UInt64(place);
        if (length > Math.Min(Left, longest))
            throw fault(place, $"a text of {length} bytes with {Left} bytes left in the file, where {longest} are the most");
        byte[] bytes = new byte[length];
        stream.ReadExactly(bytes);
        try
        {
            return Strict.GetString(bytes);
        }
        catch (DecoderFallbackException problem)
        {
            throw fault(place, $"not UTF-8 text: {problem.Message}");
        }
    }

    private void Skip(ulong count, string place)
    {
        if (count > Left)
            throw fault(place, $"{count} bytes with {Left} bytes left in the file");
        stream.Seek((long)count, SeekOrigin.Current);
    }

    private void Fill(int count, string place)
    {
        if ((ulong)count > Left)
            throw fault(place, "the file ends here: it was cut short");
        stream.ReadExactly(buffer.AsSpan(0, count));
    }

    private static int SizeOf(ValueType type) => type switch
    {
        ValueType.UInt8 or ValueType.Int8 or ValueType.Bool => 1,
        ValueType.UInt16 or ValueType.Int16 => 2,
        ValueType.UInt32 or ValueType.Int32 or ValueType.Float32 => 4,
        _ => 8,
    };
}
