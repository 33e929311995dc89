using System.Buffers.Binary;
using System.Text;

namespace Akin.Models.Checkpoints;

/// <summary>
/// Writes a safetensors file, byte for byte as the official library does (safetensors 0.8.0): tensors in descending order of type,
/// then by name; the header padded with blanks to a multiple of 8. Tensors are collected by <c>Add</c> and written by
/// <see cref="Save"/>; their data is only referenced until then. Not safe for several threads at once.
/// </summary>
public sealed class SafetensorsWriter
{
    private const int PieceLength = 1 << 14;

    private readonly SortedDictionary<string, Entry> _entries = new(Utf8Order);
    private readonly SortedDictionary<string, string> _metadata = new(Utf8Order);

    /// <param name="metadata">
    /// Texts for the header, written in the order of their names; by default <c>format: pt</c>, without which transformers 4 refuses a file.
    /// An empty collection writes no metadata.
    /// </param>
    public SafetensorsWriter(IReadOnlyDictionary<string, string>? metadata = null)
    {
        foreach ((string key, string value) in metadata ?? new Dictionary<string, string> { ["format"] = "pt" })
        {
            _metadata.Add(key, value);
        }
    }

    private static IComparer<string> Utf8Order { get; } = Comparer<string>.Create(CompareUtf8);

    /// <summary>Adds a tensor of floats.</summary>
    /// <param name="name">Its name; unique, and not <c>__metadata__</c>.</param>
    /// <param name="shape">Sizes, outermost first; empty for a single number. Their product is the length of <paramref name="values"/>.</param>
    /// <param name="values">The elements, row-major. Not copied: unchanged until <see cref="Save"/> returns.</param>
    /// <param name="dtype">F32 (as they are), F16 or BF16 (rounded to nearest, ties to even) or F64.</param>
    /// <exception cref="ArgumentException">The name is taken, the shape does not fit, or the type is not a floating one.</exception>
    public void Add(string name, ReadOnlySpan<int> shape, ReadOnlyMemory<float> values, TensorDType dtype = TensorDType.F32)
    {
        CheckLength(name, shape, values.Length);
        AddEntry(name, shape, dtype, floats: () => values);
    }

    /// <summary>Adds a tensor whose floats are produced when they are written, so that a model need not be held in memory twice.</summary>
    /// <param name="name">Its name; unique, and not <c>__metadata__</c>.</param>
    /// <param name="shape">Sizes, outermost first; empty for a single number.</param>
    /// <param name="fill">Fills the given span, of as many floats as the shape has elements, row-major.</param>
    /// <param name="dtype">F32 (as they are), F16 or BF16 (rounded to nearest, ties to even) or F64.</param>
    /// <exception cref="ArgumentException">The name is taken, or the type is not a floating one.</exception>
    public void Add(string name, ReadOnlySpan<int> shape, Action<Span<float>> fill, TensorDType dtype = TensorDType.F32)
    {
        ArgumentNullException.ThrowIfNull(fill);
        int count = checked((int)ElementCount(shape));
        AddEntry(name, shape, dtype, floats: () =>
        {
            float[] values = new float[count];
            fill(values);
            return values;
        });
    }

    /// <summary>Adds a tensor in a precision; of a matrix in bytes the scales are a second tensor, <c>NAME_scale</c>.</summary>
    /// <param name="name">Its name; unique, and not <c>__metadata__</c>.</param>
    /// <param name="shape">Sizes, outermost first; empty for a single number.</param>
    /// <param name="values">The elements, row-major, finite. Not copied: unchanged until <see cref="Save"/> returns.</param>
    /// <param name="precision">How it is stored.</param>
    /// <exception cref="ArgumentException">The name is taken, or the shape does not fit.</exception>
    public void Add(string name, ReadOnlySpan<int> shape, ReadOnlyMemory<float> values, WeightPrecision precision)
    {
        if (precision != WeightPrecision.Int8 || shape.Length != 2)
        {
            Add(name, shape, values, precision == WeightPrecision.Float16 ? TensorDType.F16 : TensorDType.F32);
            return;
        }

        CheckLength(name, shape, values.Length);
        float[] scales = new float[shape[0]];
        AddBytes(name, shape, RowScaledBytes.Round(values.Span, shape[0], scales), TensorDType.I8);
        Add(name + RowScaledBytes.ScaleSuffix, [shape[0], 1], scales);
    }

    /// <summary>Adds a tensor of any type by its bytes.</summary>
    /// <param name="name">Its name; unique, and not <c>__metadata__</c>.</param>
    /// <param name="shape">Sizes, outermost first; empty for a single number.</param>
    /// <param name="data">The elements, row-major and little-endian. Not copied: unchanged until <see cref="Save"/> returns.</param>
    /// <param name="dtype">The type of the elements.</param>
    /// <exception cref="ArgumentException">The name is taken, or the shape does not fit.</exception>
    public void AddBytes(string name, ReadOnlySpan<int> shape, ReadOnlyMemory<byte> data, TensorDType dtype)
    {
        CheckLength(name, shape, data.Length / dtype.SizeBytes());
        ArgumentOutOfRangeException.ThrowIfNotEqual(data.Length % dtype.SizeBytes(), 0, nameof(data));
        AddEntry(name, shape, dtype, bytes: data);
    }

    /// <summary>Writes the file whole or not at all (see <see cref="AtomicFile"/>).</summary>
    /// <param name="path">The file to create or replace.</param>
    /// <param name="cancellationToken">Stops between tensors; what <paramref name="path"/> held before is then untouched.</param>
    /// <exception cref="IOException">The disk is full, the folder is missing, ….</exception>
    /// <exception cref="OperationCanceledException">The writing was cancelled.</exception>
    public void Save(string path, CancellationToken cancellationToken = default) => AtomicFile.Write(path, stream => Write(stream, cancellationToken));

    /// <summary>Writes the file to a stream, which stays open.</summary>
    /// <param name="stream">Receives the bytes.</param>
    /// <param name="cancellationToken">Stops between tensors.</param>
    /// <exception cref="OperationCanceledException">The writing was cancelled.</exception>
    public void Write(Stream stream, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(stream);

        // TensorDType stands in the library's order; OrderBy keeps the order of names within a type.
        (string Name, Entry Entry)[] ordered = [.. _entries.Select(pair => (pair.Key, pair.Value)).OrderByDescending(pair => pair.Value.DType)];
        stream.Write(Header(ordered));
        byte[] piece = new byte[PieceLength * sizeof(double)];
        foreach ((_, Entry entry) in ordered)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (entry.Floats is null)
            {
                stream.Write(entry.Bytes.Span);
                continue;
            }

            ReadOnlySpan<float> values = entry.Floats().Span;
            for (int start = 0; start < values.Length; start += PieceLength)
            {
                ReadOnlySpan<float> part = values.Slice(start, Math.Min(PieceLength, values.Length - start));
                Span<byte> encoded = piece.AsSpan(0, part.Length * entry.DType.SizeBytes());
                ElementConversion.FromSingle(part, entry.DType, encoded);
                stream.Write(encoded);
            }
        }
    }

    private byte[] Header((string Name, Entry Entry)[] ordered)
    {
        StringBuilder json = new("{");
        if (_metadata.Count > 0)
        {
            json.Append("\"__metadata__\":{");
            foreach ((string key, string value) in _metadata)
            {
                AppendString(json, key);
                json.Append(':');
                AppendString(json, value);
                json.Append(',');
            }

            json[^1] = '}';
            json.Append(',');
        }

        long offset = 0;
        foreach ((string name, Entry entry) in ordered)
        {
            long end = offset + (ElementCount(entry.Shape) * entry.DType.SizeBytes());
            AppendString(json, name);
            json.Append($":{{\"dtype\":\"{entry.DType.Name()}\",\"shape\":[{string.Join(',', entry.Shape)}],\"data_offsets\":[{offset},{end}]}},");
            offset = end;
        }

        json.Length -= json[^1] == ',' ? 1 : 0;
        json.Append('}');
        int length = Encoding.UTF8.GetByteCount(json.ToString());
        int padded = (length + 7) / 8 * 8;
        byte[] header = new byte[SafetensorsHeader.LengthFieldBytes + padded];
        BinaryPrimitives.WriteUInt64LittleEndian(header, (ulong)padded);
        Encoding.UTF8.GetBytes(json.ToString(), header.AsSpan(SafetensorsHeader.LengthFieldBytes));
        header.AsSpan(SafetensorsHeader.LengthFieldBytes + length).Fill((byte)' ');
        return header;
    }

    /// <summary>A JSON string with as few escapes as the official library writes: quotation marks, backslashes and control characters.</summary>
    private static void AppendString(StringBuilder json, string text)
    {
        json.Append('"');
        foreach (char character in text)
        {
            _ = character switch
            {
                '"' => json.Append("\\\""),
                '\\' => json.Append("\\\\"),
                '\b' => json.Append("\\b"),
                '\f' => json.Append("\\f"),
                '\n' => json.Append("\\n"),
                '\r' => json.Append("\\r"),
                '\t' => json.Append("\\t"),
                < ' ' => json.Append($"\\u{(int)character:x4}"),
                _ => json.Append(character),
            };
        }

        json.Append('"');
    }

    private void AddEntry(string name, ReadOnlySpan<int> shape, TensorDType dtype, Func<ReadOnlyMemory<float>>? floats = null, ReadOnlyMemory<byte> bytes = default)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (floats is not null && dtype is not (TensorDType.F32 or TensorDType.F16 or TensorDType.BF16 or TensorDType.F64))
        {
            throw new ArgumentException($"Floats are stored as F64, F32, F16 or BF16, not as {dtype.Name()}.", nameof(dtype));
        }

        if (name == "__metadata__" || !_entries.TryAdd(name, new Entry(dtype, shape.ToArray(), floats, bytes)))
        {
            throw new ArgumentException($"The name '{name}' is taken.", nameof(name));
        }
    }

    private static void CheckLength(string name, ReadOnlySpan<int> shape, int length)
    {
        if (ElementCount(shape) != length)
        {
            throw new ArgumentException($"Tensor '{name}' of shape [{string.Join(", ", shape.ToArray())}] has {ElementCount(shape)} elements, but {length} were given.", nameof(shape));
        }
    }

    private static long ElementCount(ReadOnlySpan<int> shape)
    {
        long count = 1;
        foreach (int size in shape)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(size, nameof(shape));
            count = checked(count * size);
        }

        return count;
    }

    /// <summary>Order of the UTF-8 bytes, which is the order of code points; ordinal order of UTF-16 differs above U+FFFF.</summary>
    private static int CompareUtf8(string? left, string? right) =>
        Encoding.UTF8.GetBytes(left ?? "").AsSpan().SequenceCompareTo(Encoding.UTF8.GetBytes(right ?? ""));

    private sealed record Entry(TensorDType DType, int[] Shape, Func<ReadOnlyMemory<float>>? Floats, ReadOnlyMemory<byte> Bytes);
}
