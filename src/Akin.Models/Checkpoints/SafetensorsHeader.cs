using System.Buffers.Binary;
using System.Text.Json;
using System.Text.Unicode;

namespace Akin.Models.Checkpoints;

/// <summary>
/// The header of a safetensors file: 8 bytes of length, then JSON. It is accepted and refused as the official library does
/// (safetensors 0.8.0): entries must cover the data without gap, overlap or rest. One difference: a name given twice with
/// different entries is refused here, while the library silently takes the last.
/// </summary>
internal sealed class SafetensorsHeader
{
    /// <summary>Bytes of the length field.</summary>
    public const int LengthFieldBytes = 8;

    /// <summary>The official library's limit for the JSON text.</summary>
    public const int LongestBytes = 100_000_000;

    // The official library allows 127 levels and needs 3.
    private const int DeepestNesting = 127;
    private const string Damaged = "The file is damaged or was cut short: fetch or write it again.";

    private readonly string _file;

    private SafetensorsHeader(string file) => _file = file;

    /// <summary>The entries, in the order of their data.</summary>
    public List<(TensorInfo Info, long Offset)> Tensors { get; } = [];

    /// <summary>What <c>__metadata__</c> says; empty when absent.</summary>
    public Dictionary<string, string> Metadata { get; } = new(StringComparer.Ordinal);

    /// <summary>Reads and validates a header against the length of its file.</summary>
    /// <exception cref="CheckpointException">The header is damaged, or names a type that Akin does not read.</exception>
    public static SafetensorsHeader Read(MappedFile file)
    {
        ForeignFile.Refuse(file, "a safetensors file");
        if (file.Length < LengthFieldBytes)
        {
            throw new CheckpointException(file.Path, null, $"{file.Length} bytes", $"at least the {LengthFieldBytes} bytes of the header's length", Damaged);
        }

        ulong length;
        using (MappedFile.Bytes field = file.Rent(0, LengthFieldBytes))
        {
            length = BinaryPrimitives.ReadUInt64LittleEndian(field.Span);
        }

        if (length > LongestBytes)
        {
            throw new CheckpointException(file.Path, null, $"a header of {length} bytes", $"at most {LongestBytes}", "This is not a safetensors file, or it is damaged: fetch it again.");
        }

        if ((long)length > file.Length - LengthFieldBytes)
        {
            throw new CheckpointException(file.Path, null, $"a header of {length} bytes in a file of {file.Length}", $"at most {file.Length - LengthFieldBytes}", Damaged);
        }

        SafetensorsHeader header = new(file.Path);
        using (MappedFile.Bytes json = file.Rent(LengthFieldBytes, (int)length))
        {
            header.Parse(json.Span, dataStart: LengthFieldBytes + (long)length, file.Length);
        }

        return header;
    }

    private void Parse(ReadOnlySpan<byte> json, long dataStart, long fileLength)
    {
        if (!Utf8.IsValid(json))
        {
            throw Fault(null, "a header that is not UTF-8", "JSON in UTF-8");
        }

        Dictionary<string, Entry> entries = new(StringComparer.Ordinal);
        try
        {
            Utf8JsonReader reader = new(json, new JsonReaderOptions { MaxDepth = DeepestNesting });
            reader.Read();
            Expect(ref reader, JsonTokenType.StartObject, null, "an object of tensors");
            bool metadataSeen = false;
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                string name = reader.GetString()!;
                reader.Read();
                if (name == "__metadata__")
                {
                    if (metadataSeen)
                    {
                        throw Fault(null, "__metadata__ twice", "it once");
                    }

                    metadataSeen = true;
                    ParseMetadata(ref reader);
                    continue;
                }

                Entry entry = ParseEntry(ref reader, name);
                if (!entries.TryAdd(name, entry) && !Same(entries[name], entry))
                {
                    throw Fault(name, "two different entries", "one");
                }
            }

            reader.Read(); // only white space may follow; anything else throws
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // InvalidOperationException: a string with an unpaired surrogate escape.
            throw new CheckpointException(_file, null, $"a header that is not valid JSON ({exception.Message})", "a JSON object of tensors", Damaged, exception);
        }

        Place([.. entries.Values], dataStart, fileLength - dataStart);
    }

    private void ParseMetadata(ref Utf8JsonReader reader)
    {
        if (reader.TokenType == JsonTokenType.Null)
        {
            return;
        }

        Expect(ref reader, JsonTokenType.StartObject, null, "__metadata__ as an object of strings");
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            string key = reader.GetString()!;
            reader.Read();
            Expect(ref reader, JsonTokenType.String, null, $"__metadata__ '{key}' as a string");
            Metadata[key] = reader.GetString()!;
        }
    }

    private Entry ParseEntry(ref Utf8JsonReader reader, string name)
    {
        TensorDType? dtype = null;
        long[]? shape = null;
        long[]? offsets = null;
        Expect(ref reader, JsonTokenType.StartObject, name, "an object with dtype, shape and data_offsets");
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            string field = reader.GetString()!;
            reader.Read();
            switch (field)
            {
                case "dtype" when dtype is null:
                    Expect(ref reader, JsonTokenType.String, name, "dtype as a string");
                    dtype = ParseDType(reader.GetString()!, name);
                    break;
                case "shape" when shape is null:
                    shape = ParseSizes(ref reader, name, "shape");
                    break;
                case "data_offsets" when offsets is null:
                    offsets = ParseSizes(ref reader, name, "data_offsets");
                    break;
                case "dtype" or "shape" or "data_offsets":
                    throw Fault(name, $"{field} twice", "it once");
                default:
                    reader.Skip(); // the official library ignores fields it does not know
                    break;
            }
        }

        if (dtype is null || shape is null || offsets is null)
        {
            string missing = dtype is null ? "dtype" : shape is null ? "shape" : "data_offsets";
            throw Fault(name, $"no {missing}", "dtype, shape and data_offsets");
        }

        if (offsets.Length != 2)
        {
            throw Fault(name, $"{offsets.Length} data_offsets", "2: begin and end");
        }

        (long begin, long end) = (offsets[0], offsets[1]);
        if (begin > end)
        {
            throw Fault(name, $"data_offsets [{begin}, {end}]", "begin ≤ end");
        }

        // Multiplied in the file's order, as the official library does: a zero behind an overflow does not save it.
        long size = 1;
        long largest = long.MaxValue / dtype.Value.SizeBytes();
        foreach (long dimension in shape)
        {
            if (dimension > 0 && size > largest / dimension)
            {
                throw Fault(name, $"shape [{string.Join(", ", shape)}], which overflows 64 bits", "as many bytes as data_offsets span");
            }

            size *= dimension;
        }

        size *= dtype.Value.SizeBytes();
        if (size != end - begin)
        {
            throw Fault(name, $"{dtype.Value.Name()} of shape [{string.Join(", ", shape)}] ({size} bytes) in data_offsets [{begin}, {end}] ({end - begin} bytes)", "equal sizes");
        }

        return new Entry(new TensorInfo(name, dtype.Value, shape, _file), begin, end);
    }

    private TensorDType ParseDType(string text, string name) =>
        TensorDTypeNames.TryParse(text, out TensorDType dtype)
            ? dtype
            : throw new CheckpointException(_file, name, $"dtype '{text}'", $"one of {TensorDTypeNames.Supported}", "Convert the checkpoint to one of these types.");

    private long[] ParseSizes(ref Utf8JsonReader reader, string name, string field)
    {
        Expect(ref reader, JsonTokenType.StartArray, name, $"{field} as an array of integers");
        List<long> sizes = [];
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType != JsonTokenType.Number || !reader.TryGetInt64(out long size) || size < 0)
            {
                throw Fault(name, $"{field} with {(reader.TokenType == JsonTokenType.Number ? System.Text.Encoding.UTF8.GetString(reader.ValueSpan) : reader.TokenType)}", "integers from 0 to 2^63 - 1");
            }

            sizes.Add(size);
        }

        return [.. sizes];
    }

    /// <summary>Checks that the entries, in the order of their data, touch each other and fill the file.</summary>
    private void Place(List<Entry> entries, long dataStart, long dataLength)
    {
        entries.Sort(static (left, right) => left.Begin != right.Begin ? left.Begin.CompareTo(right.Begin) : left.End.CompareTo(right.End));
        long next = 0;
        foreach ((TensorInfo info, long begin, long end) in entries)
        {
            if (begin != next)
            {
                throw Fault(info.Name, $"data_offsets [{begin}, {end}]", $"begin {next}, where the tensor before it ends (no gaps, no overlaps)");
            }

            next = end;
            if (end > dataLength)
            {
                throw Fault(info.Name, $"data_offsets [{begin}, {end}]", $"an end within the {dataLength} bytes of data that the file holds");
            }

            Tensors.Add((info, dataStart + begin));
        }

        if (next != dataLength)
        {
            throw Fault(null, $"{dataLength} bytes of data", $"{next}, the end of the last tensor");
        }
    }

    private static bool Same(Entry left, Entry right) =>
        left.Begin == right.Begin && left.End == right.End && left.Info.DType == right.Info.DType && left.Info.Shape.AsSpan().SequenceEqual(right.Info.Shape);

    private void Expect(ref Utf8JsonReader reader, JsonTokenType type, string? tensor, string expected)
    {
        if (reader.TokenType != type)
        {
            throw Fault(tensor, $"{reader.TokenType} in the header", expected);
        }
    }

    private CheckpointException Fault(string? tensor, string found, string expected) => new(_file, tensor, found, expected, Damaged);

    // A class: the runtime compiles collections of value types anew at every start.
    private sealed record Entry(TensorInfo Info, long Begin, long End);
}
