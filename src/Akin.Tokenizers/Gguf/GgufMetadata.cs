using System.Buffers.Binary;
using System.Text;

namespace Akin.Tokenizers.Gguf;

/// <summary>
/// The metadata of a GGUF file (versions 2 and 3, little-endian; specification: ggml's <c>docs/gguf.md</c>): named values in front of the weights, which
/// are not read. Only the values that are asked for are kept. Every count is checked against what is left of the file before memory is taken.
/// </summary>
internal sealed class GgufMetadata
{
    private const uint Magic = 0x4655_4747; // "GGUF"
    private const uint OldestVersion = 2;
    private const uint NewestVersion = 3;
    private const ulong MostValues = 1 << 16;
    private const ulong LongestName = 1 << 16;
    private const ulong LongestText = 1 << 24;

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly Dictionary<string, object> values = new(StringComparer.Ordinal);
    private readonly string file;
    private readonly Stream stream;
    private readonly byte[] buffer = new byte[sizeof(ulong)];

    private GgufMetadata(string file, Stream stream) => (this.file, this.stream) = (file, stream);

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

    /// <summary>Reads the values whose names start with a prefix.</summary>
    public static GgufMetadata Read(string file, string prefix)
    {
        try
        {
            using FileStream stream = new(file, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 1 << 16, FileOptions.SequentialScan);
            GgufMetadata metadata = new(file, stream);
            metadata.ReadAll(prefix);
            return metadata;
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new TokenizerFileException(file, string.Empty, problem.Message, problem);
        }
    }

    /// <summary>A text, or null when there is none of this name.</summary>
    public string? OptionalString(string name) => Optional<string>(name, "a text");

    /// <summary>A text.</summary>
    public string String(string name) => OptionalString(name) ?? throw Missing(name);

    /// <summary>True, false, or null when there is none of this name.</summary>
    public bool? OptionalBool(string name) => values.ContainsKey(name) ? Optional<object>(name, "true or false") as bool? ?? throw Wrong(name, "true or false was expected") : null;

    /// <summary>A whole number from 0 to a limit, or null when there is none of this name.</summary>
    public int? OptionalInt(string name, int limit)
    {
        if (!values.TryGetValue(name, out object? value))
            return null;
        decimal? number = value switch
        {
            byte v => v,
            sbyte v => v,
            ushort v => v,
            short v => v,
            uint v => v,
            int v => v,
            ulong v => v,
            long v => v,
            _ => null,
        };
        return number >= 0 && number < limit ? (int)number : throw Wrong(name, $"a whole number from 0 to {limit - 1} was expected, found {value}");
    }

    /// <summary>A list, or null when there is none of this name.</summary>
    public T[]? OptionalList<T>(string name) => Optional<T[]>(name, $"a list of {typeof(T).Name}");

    /// <summary>A list.</summary>
    public T[] List<T>(string name) => OptionalList<T>(name) ?? throw Missing(name);

    public TokenizerFileException Wrong(string name, string problem) => new(file, name, problem);

    private TokenizerFileException Missing(string name) => Wrong(name, "the value is missing");

    private T? Optional<T>(string name, string expected)
        where T : class =>
        !values.TryGetValue(name, out object? value) ? null : value as T ?? throw Wrong(name, $"{expected} was expected, found {value.GetType().Name}");

    private void ReadAll(string prefix)
    {
        if (UInt32("magic") != Magic)
            throw Wrong("magic", "not a GGUF file");
        uint version = UInt32("version");
        if (version is < OldestVersion or > NewestVersion)
            throw Wrong("version", $"the version {version} is not supported; supported: {OldestVersion} and {NewestVersion}, little-endian");
        UInt64("tensor_count");
        ulong count = UInt64("metadata_kv_count");
        if (count > MostValues)
            throw Wrong("metadata_kv_count", $"{count} values; at most {MostValues} are supported");
        for (ulong i = 0; i < count; i++)
        {
            string place = $"metadata[{i}]", name = Text(place, LongestName);
            ValueType type = Type(name);
            bool keep = name.StartsWith(prefix, StringComparison.Ordinal);
            object? value = type == ValueType.Array ? ReadList(name, keep) : ReadOne(type, name, keep);
            if (value is not null && !values.TryAdd(name, value))
                throw Wrong(name, "the value is there twice");
        }
    }

    private ValueType Type(string name)
    {
        uint type = UInt32(name);
        return type <= (uint)ValueType.Float64 ? (ValueType)type : throw Wrong(name, $"the type {type} is not known; 0 to 12 are");
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
            ValueType.UInt8 => buffer[0],
            ValueType.Int8 => (sbyte)buffer[0],
            ValueType.UInt16 => BinaryPrimitives.ReadUInt16LittleEndian(buffer),
            ValueType.Int16 => BinaryPrimitives.ReadInt16LittleEndian(buffer),
            ValueType.UInt32 => BinaryPrimitives.ReadUInt32LittleEndian(buffer),
            ValueType.Int32 => BinaryPrimitives.ReadInt32LittleEndian(buffer),
            ValueType.Float32 => BinaryPrimitives.ReadSingleLittleEndian(buffer),
            ValueType.Bool => buffer[0] != 0,
            ValueType.UInt64 => BinaryPrimitives.ReadUInt64LittleEndian(buffer),
            ValueType.Int64 => BinaryPrimitives.ReadInt64LittleEndian(buffer),
            _ => BinaryPrimitives.ReadDoubleLittleEndian(buffer),
        };
    }

    private object? ReadList(string name, bool keep)
    {
        ValueType type = Type(name);
        ulong count = UInt64(name);
        if (type == ValueType.Array)
            throw Wrong(name, "lists of lists are not supported");
        ulong smallest = type == ValueType.String ? sizeof(ulong) : (ulong)SizeOf(type);
        if (count > Left / smallest)
            throw Wrong(name, $"a list of {count} values with {Left} bytes left in the file");
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
            throw Wrong(place, $"a text of {length} bytes with {Left} bytes left in the file, where {longest} are the most");
        byte[] bytes = new byte[length];
        stream.ReadExactly(bytes);
        try
        {
            return Strict.GetString(bytes);
        }
        catch (DecoderFallbackException problem)
        {
            throw new TokenizerFileException(file, place, $"not UTF-8 text: {problem.Message}", problem);
        }
    }

    private ulong Left => (ulong)(stream.Length - stream.Position);

    private void Skip(ulong count, string place)
    {
        if (count > Left)
            throw Wrong(place, $"{count} bytes with {Left} bytes left in the file");
        stream.Seek((long)count, SeekOrigin.Current);
    }

    private uint UInt32(string place)
    {
        Fill(sizeof(uint), place);
        return BinaryPrimitives.ReadUInt32LittleEndian(buffer);
    }

    private ulong UInt64(string place)
    {
        Fill(sizeof(ulong), place);
        return BinaryPrimitives.ReadUInt64LittleEndian(buffer);
    }

    private void Fill(int count, string place)
    {
        if ((ulong)count > Left)
            throw Wrong(place, "the file ends here: it was cut short");
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
