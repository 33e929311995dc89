using Akin.Tokenizers.Gguf;

namespace Akin.Models.Checkpoints.Gguf;

/// <summary>What stands in front of the weights of a GGUF file: named values, and the name, shape, type and place of every tensor. Lists, which only vocabularies have, are passed over.</summary>
internal sealed class GgufHeader
{
    private const uint MostDimensions = 4; // GGML_MAX_DIMS
    private const uint UsualAlignment = 32;
    private const uint LargestAlignment = 1 << 16;
    private const string AlignmentName = "general.alignment";
    private const string Damaged = "The file is damaged or was cut short: fetch it again.";

    private readonly MappedFile _file;

    private GgufHeader(MappedFile file, GgufReader reader)
    {
        _file = file;
        Values = reader.ReadValues((_, isList) => !isList);
        for (int i = 0; i < reader.TensorCount; i++)
        {
            ReadTensor(reader);
        }

        PlaceTensors(reader.Position);
    }

    /// <summary>The named values that are no lists: <see cref="long"/>, <see cref="double"/>, <see cref="bool"/> or <see cref="string"/>.</summary>
    public Dictionary<string, object> Values { get; }

    /// <summary>The tensors, in the order of the file.</summary>
    public List<GgufTensor> Tensors { get; } = [];

    /// <summary>Reads and validates what stands in front of the weights.</summary>
    /// <exception cref="CheckpointException">It is damaged, or holds something that is not supported.</exception>
    public static GgufHeader Read(MappedFile file)
    {
        ForeignFile.Refuse(file, "a GGUF file");
        try
        {
            using FileStream stream = new(file.Path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 1 << 16, FileOptions.SequentialScan);
            return new GgufHeader(
                file, new GgufReader(stream, (place, problem) => new CheckpointException(file.Path, null, $"{place}: {problem}", "the header of a GGUF file, version 2 or 3", Damaged)));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new CheckpointException(file.Path, null, exception.Message, "a file that can be read", Damaged, exception);
        }
    }

    private void ReadTensor(GgufReader reader)
    {
        string name = reader.Name("the name of a tensor");
        uint dimensionCount = reader.UInt32(name);
        if (dimensionCount is < 1 or > MostDimensions)
        {
            throw Wrong(name, $"{dimensionCount} dimensions", $"1 to {MostDimensions}", Damaged);
        }

        // Fastest first in the file. A number takes at least half a byte, so more than twice the file's bytes cannot be there.
        long[] shape = new long[dimensionCount];
        long most = 2 * _file.Length, elements = 1;
        for (int i = shape.Length - 1; i >= 0; i--)
        {
            ulong length = reader.UInt64(name);
            if (length == 0 || length > (ulong)(most / elements))
            {
                throw Wrong(name, $"a dimension of {length} in a file of {_file.Length} bytes", "dimensions from 1 on that fit it", Damaged);
            }

            shape[i] = (long)length;
            elements *= shape[i];
        }

        uint typeId = reader.UInt32(name);
        GgufTensorType type = GgufTensorType.All.FirstOrDefault(known => known.Id == typeId)
            ?? throw Wrong(name, $"the type {typeId}", $"one of {string.Join(", ", GgufTensorType.All.Select(known => $"{known.Name} ({known.Id})"))}", "Convert the model to one of these types.");
        if (shape[^1] % type.BlockLength != 0)
        {
            throw Wrong(name, $"rows of {shape[^1]} numbers in {type.Name}", $"a multiple of {type.BlockLength}", Damaged);
        }

        ulong offset = reader.UInt64(name);
        if (offset > (ulong)_file.Length)
        {
            throw Wrong(name, $"data at byte {offset} of a file of {_file.Length}", "data inside the file", Damaged);
        }

        Tensors.Add(new GgufTensor(name, shape, type, (long)offset));
    }

    /// <summary>Offsets count from the end of the header, rounded up; from here on from the beginning of the file.</summary>
    private void PlaceTensors(long headerLength)
    {
        long alignment = Values.TryGetValue(AlignmentName, out object? value) ? value as long? ?? 0 : UsualAlignment;
        if (alignment is < 1 or > LargestAlignment || !System.Numerics.BitOperations.IsPow2(alignment))
        {
            throw Wrong(null, $"{AlignmentName} {value}", $"a power of two up to {LargestAlignment}", Damaged);
        }

        long start = (headerLength + alignment - 1) / alignment * alignment;
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

    private CheckpointException Wrong(string? tensor, string found, string expected, string remedy) => new(_file.Path, tensor, found, expected, remedy);
}
