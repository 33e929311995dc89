using Akin.Tokenizers.Protobuf;

namespace Akin.Models.Checkpoints.TensorFlow;

/// <summary>
/// A TensorFlow V2 checkpoint under its own names (tensorflow, <c>core/util/tensor_bundle</c>): <c>PREFIX.index</c>, a sorted table of
/// variables, and <c>PREFIX.data-00000-of-0000N</c>, their bytes. As in TensorFlow, the index is checked at once; a data file is checked,
/// length and checksum, as far as variables are read from it.
/// </summary>
internal sealed class TensorBundle : IDisposable
{
    // Version 1 is the only one ever written (tensor_bundle.h, kTensorBundleVersion).
    private const ulong NewestVersion = 1;
    private const ulong MostShards = 99_999; // what the five digits of the file name can say
    private const string Damaged = "The file is damaged or was cut short: fetch it again.";

    private readonly string _prefix;
    private readonly Dictionary<string, BundleEntry> _entries = new(StringComparer.Ordinal);
    private readonly Dictionary<int, MappedFile> _shards = [];

    /// <param name="prefix">The path without <c>.index</c>.</param>
    /// <exception cref="CheckpointException">The index is missing, damaged, or of an unsupported kind.</exception>
    public TensorBundle(string prefix)
    {
        _prefix = prefix;
        using MappedFile index = MappedFile.Open(prefix + ".index");
        ForeignFile.Refuse(index, "the index of a TensorFlow checkpoint");
        List<(string Key, byte[] Value)> table = SortedTable.Read(index);
        if (table is not [("", byte[] header), .. var variables])
        {
            throw new CheckpointException(index.Path, null, "no header in the index", "the header of a TensorFlow checkpoint", Damaged);
        }

        int shardCount = ParseHeader(header, index.Path);
        foreach ((string name, byte[] value) in variables)
        {
            if (name == "_CHECKPOINTABLE_OBJECT_GRAPH")
            {
                throw new CheckpointException(index.Path, null, "an object-based checkpoint of TensorFlow 2", "one that names its variables, as BERT's own code saves them", "Convert it with transformers, or save it with tf.compat.v1.train.Saver.");
            }

            if (!_entries.TryAdd(name, BundleEntry.Parse(name, value, prefix, shardCount, index.Path)))
            {
                // Keys are different bytes, but bytes that are not UTF-8 can make equal names.
                throw new CheckpointException(index.Path, name, "it twice", "names in UTF-8", Damaged);
            }
        }

        OpenShards();
    }

    /// <summary>The variables by their TensorFlow names.</summary>
    public IReadOnlyDictionary<string, BundleEntry> Entries => _entries;

    /// <summary>Reads a variable, converted to float, and verifies its checksum.</summary>
    /// <exception cref="CheckpointException">The data file is missing or cut short, or the checksum is wrong.</exception>
    public void Read(BundleEntry entry, Span<float> destination)
    {
        string name = entry.Variable.Name;
        if (!_shards.TryGetValue(entry.Shard, out MappedFile? shard))
        {
            throw new CheckpointException(entry.Variable.File, name, "no such file", $"the data beside '{Path.GetFileName(_prefix)}.index'", "Fetch it too.");
        }

        if (entry.Offset > shard.Length || entry.SizeBytes > shard.Length - entry.Offset)
        {
            throw new CheckpointException(shard.Path, name, $"a file of {shard.Length} bytes", $"{entry.SizeBytes} bytes at {entry.Offset}", Damaged);
        }

        uint state = MaskedCrc32C.Start;
        shard.ReadElements(entry.Offset, entry.Variable.DType, destination, bytes => state = MaskedCrc32C.Append(state, bytes));
        if (MaskedCrc32C.Mask(state) != entry.Checksum)
        {
            throw new CheckpointException(shard.Path, name, $"data with checksum 0x{MaskedCrc32C.Mask(state):X8}", $"0x{entry.Checksum:X8}, as the index says", Damaged);
        }
    }

    public void Dispose()
    {
        foreach (MappedFile shard in _shards.Values)
        {
            shard.Dispose();
        }
    }

    private void OpenShards()
    {
        try
        {
            foreach ((int shard, string file) in _entries.Values.Select(entry => (entry.Shard, entry.Variable.File)).Distinct())
            {
                if (File.Exists(file))
                {
                    _shards.Add(shard, MappedFile.Open(file));
                }
            }
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary><c>BundleHeaderProto</c>: num_shards (1), endianness (2; 0 = little), version (3) with min_consumer (2).</summary>
    private static int ParseHeader(ReadOnlySpan<byte> message, string file)
    {
        ulong shards = 0;
        ProtobufReader reader = new(message, CheckpointException.InMessage(file, "header"));
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case (1, WireType.Varint):
                    shards = reader.Varint();
                    break;
                case (2, WireType.Varint) when reader.Varint() != 0:
                    throw new CheckpointException(file, null, "a byte order other than little-endian", "little", "Save the checkpoint again on a little-endian machine.");
                case (2, WireType.Varint):
                    break;
                case (3, WireType.Bytes):
                    CheckVersion(reader.Bytes(), file);
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        return shards is > 0 and <= MostShards
            ? (int)shards
            : throw new CheckpointException(file, null, $"{shards} data files", $"1 to {MostShards}", Damaged);
    }

    private static void CheckVersion(ReadOnlySpan<byte> message, string file)
    {
        ProtobufReader reader = new(message, CheckpointException.InMessage(file, "version"));
        while (reader.Next())
        {
            if (reader.Field is not (2, WireType.Varint))
            {
                reader.Skip();
            }
            else if (reader.Varint() is > NewestVersion and ulong version)
            {
                throw new CheckpointException(file, null, $"a checkpoint for readers of version {version}", $"at most {NewestVersion}", "Save the checkpoint again with an older TensorFlow.");
            }
        }
    }
}
