using System.Buffers.Binary;
using System.Text;

namespace Akin.Models.Checkpoints.Gguf;

/// <summary>
/// What stands in front of the weights of a GGUF file (versions 2 and 3, little-endian; specification: ggml's <c>docs/gguf.md</c>): named values, and the name,
/// shape, type and place of every tensor. Lists, which only vocabularies have, are passed over. Every count is checked against what is left of the file
/// before memory is taken.
/// </summary>
internal sealed class GgufHeader
{
    private const uint Magic = 0x4655_4747; // "GGUF"
    private const uint OldestVersion = 2;
    private const uint NewestVersion = 3;
    private const ulong MostValues = 1 << 16;
    private const ulong MostTensors = 1 << 16;
    private const ulong LongestText = 1 << 16;
    private const uint MostDimensions = 4; // GGML_MAX_DIMS
    private const uint UsualAlignment = 32;
    private const uint LargestAlignment = 1 << 16;
    private const string AlignmentName = "general.alignment";
    private const string Damaged = "The file is damaged or was cut short: fetch it again.";

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly MappedFile _file;
    private long _position;

    private GgufHeader(MappedFile file) => _file = file;

    // The numbers of the format.
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

    /// <summary>The named values that are no lists: <see cref="long"/>, <see cref="double"/>, <see cref="bool"/> or <see cref="string"/>.</summary>
    public Dictionary<string, object> Values { get; } = new(StringComparer.Ordinal);

    /// <summary>The tensors, in the order of the file.</summary>
    public List<GgufTensor> Tensors { get; } = [];

    /// <summary>Reads and validates what stands in front of the weights.</summary>
    /// <exception cref="CheckpointException">It is damaged, or holds something that is not supported.</exception>
    public static GgufHeader Read(MappedFile file)
    {
        ForeignFile.Refuse(file, "a GGUF file");
        GgufHeader header = new(file);
        header.ReadAll();
        return header;
    }

    private void ReadAll()
    {
        if (UInt32("the magic number") != Magic)
        {
            throw Wrong(null, "other first bytes", "\"GGUF\"", "This is not a GGUF file.");
        }

        uint version = UInt32("the version");
        if (version is < OldestVersion or > NewestVersion)
        {
            throw Wrong(null, $"version {version}", $"{OldestVersion} or {NewestVersion}, little-endian", "Convert the model again with a newer llama.cpp.");
        }

        ulong tensorCount = Count("the number of tensors", MostTensors);
        ulong valueCount = Count("the number of values", MostValues);
        for (ulong i = 0; i < valueCount; i++)
        {
            ReadValue();
        }

        for (ulong i = 0; i < tensorCount; i++)
        {
            ReadTensor();
        }

        PlaceTensors();
    }

    private void ReadValue()
    {
        string name = Text("the name of a value");
        ValueType type = Type(name);
        if (type == ValueType.Array)
        {
            SkipList(name);
        }
        else if (!Values.TryAdd(name, ReadOne(type, name)))
        {
            throw Wrong(null, $"the value {name} twice", "it once", Damaged);
        }
    }

    private ValueType Type(string name)
    {
        uint type = UInt32(name);
        return type <= (uint)ValueType.Float64 ? (ValueType)type : throw Wrong(null, $"the type {type} of the value {name}", "0 to 12", Damaged);
    }

    private object ReadOne(ValueType type, string name)
    {
        if (type == ValueType.String)
        {
            return Text(name);
        }

        using MappedFile.Bytes bytes = Take(SizeOf(type), name);
        ReadOnlySpan<byte> value = bytes.Span;
        return type switch
        {
            ValueType.UInt8 => (long)value[0],
            ValueType.Int8 => (long)(sbyte)value[0],
            ValueType.UInt16 => (long)BinaryPrimitives.ReadUInt16LittleEndian(value),
            ValueType.Int16 => (long)BinaryPrimitives.ReadInt16LittleEndian(value),
            ValueType.UInt32 => (long)BinaryPrimitives.ReadUInt32LittleEndian(value),
            ValueType.Int32 => (long)BinaryPrimitives.ReadInt32LittleEndian(value),
            ValueType.Float32 => (double)BinaryPrimitives.ReadSingleLittleEndian(value),
            ValueType.Bool => value[0] != 0,
            ValueType.UInt64 => (long)Math.Min(BinaryPrimitives.ReadUInt64LittleEndian(value), long.MaxValue),
            ValueType.Int64 => BinaryPrimitives.ReadInt64LittleEndian(value),
            _ => BinaryPrimitives.ReadDoubleLittleEndian(value),
        };
    }

    private void SkipList(string name)
    {
        ValueType type = Type(name);
        if (type == ValueType.Array)
        {
            throw Wrong(null, $"a list of lists in {name}", "a list of numbers or texts", "No published model has one: the file is damaged.");
        }

        ulong count = UInt64(name);
        int smallest = type == ValueType.String ? sizeof(ulong) : SizeOf(type);
        if (count > (ulong)Left / (ulong)smallest)
        {
            throw Wrong(null, $"a list of {count} values in {name} with {Left} bytes left in the file", $"at most {Left / smallest}", Damaged);
        }

        if (type != ValueType.String)
        {
            _position += (long)count * smallest;
            return;
        }

        for (ulong i = 0; i < count; i++)
        {
            Skip(UInt64(name), name);
        }
    }

    private void ReadTensor()
    {
        string name = Text("the name of a tensor");
        uint dimensionCount = UInt32(name);
        if (dimensionCount is < 1 or > MostDimensions)
        {
            throw Wrong(name, $"{dimensionCount} dimensions", $"1 to {MostDimensions}", Damaged);
        }

        // Fastest first in the file. A number takes at least half a byte, so more than twice the file's bytes cannot be there.
        long[] shape = new long[dimensionCount];
        long most = 2 * _file.Length, elements = 1;
        for (int i = shape.Length - 1; i >= 0; i--)
        {
            ulong length = UInt64(name);
            if (length == 0 || length > (ulong)(most / elements))
            {
                throw Wrong(name, $"a dimension of {length} in a file of {_file.Length} bytes", "dimensions from 1 on that fit it", Damaged);
            }

            shape[i] = (long)length;
            elements *= shape[i];
        }

        uint typeId = UInt32(name);
        GgufTensorType type = GgufTensorType.All.FirstOrDefault(known => known.Id == typeId)
            ?? throw Wrong(name, $"the type {typeId}", $"one of {string.Join(", ", GgufTensorType.All.Select(known => $"{known.Name} ({known.Id})"))}", "Convert the model to one of these types.");
        if (shape[^1] % type.BlockLength != 0)
        {
            throw Wrong(name, $"rows of {shape[^1]} numbers in {type.Name}", $"a multiple of {type.BlockLength}", Damaged);
        }

        ulong offset = UInt64(name);
        if (offset > (ulong)_file.Length)
        {
            throw Wrong(name, $"data at byte {offset} of a file of {_file.Length}", "data inside the file", Damaged);
        }

        Tensors.Add(new GgufTensor(name, shape, type, (long)offset));
    }

    /// <summary>Offsets count from the end of the header, rounded up; from here on from the beginning of the file.</summary>
    private void PlaceTensors()
    {
        long alignment = Values.TryGetValue(AlignmentName, out object? value) ? value as long? ?? 0 : UsualAlignment;
        if (alignment is < 1 or > LargestAlignment || !System.Numerics.BitOperations.IsPow2(alignment))
        {
            throw Wrong(null, $"{AlignmentName} {value}", $"a power of two up to {LargestAlignment}", Damaged);
        }

        long start = (_position + alignment - 1) / alignment * alignment;
        HashSet<string> names = new(StringComparer.Ordinal);
        for (int i = 0; i < Tensors.Count; i++)
        {
            GgufTensor tensor = Tensors[i];
            if (!names.Add(tensor.Name))
            {
                throw Wrong(tensor.Name, "the name twice", "names that differ", Damaged);
            }

            if (tensor.Offset % alignment != 0 || tensor.ByteCount > _file.Length - start - tensor.Offset)
            {
                throw Wrong(tensor.Name, $"{tensor.ByteCount} bytes from byte {start} + {tensor.Offset} on in a file of {_file.Length}", $"data inside the file at multiples of {alignment}", Damaged);
            }

            Tensors[i] = tensor with { Offset = start + tensor.Offset };
        }

        GgufTensor[] ordered = [.. Tensors.OrderBy(tensor => tensor.Offset)];
        for (int i = 1; i < ordered.Length; i++)
        {
            if (ordered[i - 1].Offset + ordered[i - 1].ByteCount > ordered[i].Offset)
            {
                throw Wrong(ordered[i].Name, $"data that overlaps that of {ordered[i - 1].Name}", "data of its own", Damaged);
            }
        }
    }

    private long Left => _file.Length - _position;

    private ulong Count(string what, ulong most)
    {
        ulong count = UInt64(what);
        return count <= most ? count : throw Wrong(null, $"{what}: {count}", $"at most {most}", Damaged);
    }

    private string Text(string what)
    {
        ulong length = UInt64(what);
        if (length > LongestText)
        {
            throw Wrong(null, $"a text of {length} bytes as {what}", $"at most {LongestText}", Damaged);
        }

        using MappedFile.Bytes bytes = Take((int)length, what);
        try
        {
            return Strict.GetString(bytes.Span);
        }
        catch (DecoderFallbackException problem)
        {
            throw new CheckpointException(_file.Path, null, $"{what} that is not UTF-8", "text in UTF-8", Damaged, problem);
        }
    }

    private uint UInt32(string what)
    {
        using MappedFile.Bytes bytes = Take(sizeof(uint), what);
        return BinaryPrimitives.ReadUInt32LittleEndian(bytes.Span);
    }

    private ulong UInt64(string what)
    {
        using MappedFile.Bytes bytes = Take(sizeof(ulong), what);
        return BinaryPrimitives.ReadUInt64LittleEndian(bytes.Span);
    }

    private void Skip(ulong count, string what)
    {
        RequireLeft(count, what);
        _position += (long)count;
    }

    private MappedFile.Bytes Take(int count, string what)
    {
        RequireLeft((ulong)count, what);
        long start = _position;
        _position += count;
        return _file.Rent(start, count);
    }

    private void RequireLeft(ulong count, string what)
    {
        if (count > (ulong)Left)
        {
            throw Wrong(null, $"the end of the file in {what}", $"{count} more bytes", Damaged);
        }
    }

    private CheckpointException Wrong(string? tensor, string found, string expected, string remedy) => new(_file.Path, tensor, found, expected, remedy);

    private static int SizeOf(ValueType type) => type switch
    {
        ValueType.UInt8 or ValueType.Int8 or ValueType.Bool => 1,
        ValueType.UInt16 or ValueType.Int16 => 2,
        ValueType.UInt32 or ValueType.Int32 or ValueType.Float32 => 4,
        _ => 8,
    };
}
