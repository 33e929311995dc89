using System.Buffers.Binary;
using System.Globalization;
using System.Numerics;

namespace Akin.Models.Checkpoints.PyTorch;

/// <summary>The pickled value of a <c>torch.save</c> file and the places of its storages, each checked to lie inside the file.</summary>
/// <param name="Value">See <see cref="PickleReader.Read"/>.</param>
/// <param name="StorageOffsets">Storage key → byte of its first element.</param>
internal sealed record PyTorchFile(object? Value, IReadOnlyDictionary<string, long> StorageOffsets)
{
    private const string Damaged = "The file is damaged or was cut short: fetch it again.";

    // torch/serialization.py: MAGIC_NUMBER and PROTOCOL_VERSION of the layout before zip files.
    private const int LegacyVersion = 1001;
    private static readonly BigInteger LegacyMagic = BigInteger.Parse("1950a86a20f9469cfc6c", NumberStyles.HexNumber, CultureInfo.InvariantCulture);

    /// <summary>A zip file: <c>NAME/data.pkl</c> and one record <c>NAME/data/KEY</c> per storage.</summary>
    /// <exception cref="CheckpointException">The file is damaged, hostile, or not a state dict.</exception>
    public static PyTorchFile ReadZip(MappedFile file)
    {
        ZipRecords records = new(file);
        string[] pickles = [.. records.Names.Where(name => name.EndsWith("/data.pkl", StringComparison.Ordinal) && name.Count(character => character == '/') == 1)];
        if (pickles is not [string pickle])
        {
            throw new CheckpointException(file.Path, null, $"{pickles.Length} records called NAME/data.pkl in the zip file", "one", "This was not written by torch.save.");
        }

        string folder = pickle[..^"data.pkl".Length];
        if (records.TryFind(folder + "constants.pkl", out _, out _))
        {
            throw new CheckpointException(file.Path, null, "a TorchScript program", "a state dict", "Save `model.state_dict()` with torch.save.");
        }

        if (records.TryFind(folder + "byteorder", out long orderOffset, out long orderLength))
        {
            using MappedFile.Bytes order = file.Rent(orderOffset, (int)Math.Min(orderLength, 16));
            if (!order.Span.SequenceEqual("little"u8))
            {
                throw new CheckpointException(file.Path, null, "a byte order other than little-endian", "little", "Save the file again on a little-endian machine.");
            }
        }

        records.TryFind(pickle, out long offset, out long length);
        (object? value, _, List<PickleStorage> storages) = ReadPickle(file, offset, length);
        Dictionary<string, long> offsets = new(StringComparer.Ordinal);
        foreach (PickleStorage storage in storages)
        {
            string record = $"{folder}data/{storage.Key}";
            if (!records.TryFind(record, out long start, out long stored))
            {
                throw new CheckpointException(file.Path, null, $"no record '{record}' in the zip file", "the storage that the pickle refers to", Damaged);
            }

            if (stored != storage.SizeBytes)
            {
                throw new CheckpointException(file.Path, null, $"{stored} bytes in the record '{record}'", $"{storage.SizeBytes}, {storage.ElementCount} elements of {storage.DType.Name()}", Damaged);
            }

            offsets[storage.Key] = start;
        }

        return new PyTorchFile(value, offsets);
    }

    /// <summary>
    /// The layout before PyTorch 1.6: five pickles (magic number, version, machine, value, storage keys), then every storage as its element
    /// count (8 bytes) and its elements.
    /// </summary>
    /// <exception cref="CheckpointException">The file is damaged, hostile, or not a state dict.</exception>
    public static PyTorchFile ReadLegacy(MappedFile file)
    {
        const string Expected = "a file written by torch.save";
        const string NotWeights = "Check that this is a file of PyTorch weights.";
        (object? magic, long position, _) = ReadPickle(file, 0, file.Length);
        if (magic is not BigInteger number || number != LegacyMagic)
        {
            throw new CheckpointException(file.Path, null, $"a plain pickle of {PickleReader.Kind(magic)}", Expected, NotWeights);
        }

        (object? version, position, _) = ReadPickle(file, position, file.Length - position);
        if (version is not (long)LegacyVersion)
        {
            throw new CheckpointException(file.Path, null, $"layout version {version}", $"{LegacyVersion}", NotWeights);
        }

        (object? machine, position, _) = ReadPickle(file, position, file.Length - position);
        if (machine is not PickleMapping facts || !facts.Entries.Contains(("little_endian", true)))
        {
            throw new CheckpointException(file.Path, null, "a byte order other than little-endian", "little", "Save the file again on a little-endian machine.");
        }

        (object? value, position, List<PickleStorage> storages) = ReadPickle(file, position, file.Length - position);
        (object? keys, position, _) = ReadPickle(file, position, file.Length - position);
        if (keys is not List<object?> order)
        {
            throw new CheckpointException(file.Path, null, $"{PickleReader.Kind(keys)} for the keys of storages", "a list", Damaged);
        }

        Dictionary<string, PickleStorage> named = storages.ToDictionary(storage => storage.Key, StringComparer.Ordinal);
        Dictionary<string, long> offsets = new(StringComparer.Ordinal);
        foreach (object? key in order)
        {
            if (key is not string name || !named.TryGetValue(name, out PickleStorage? storage) || offsets.ContainsKey(name))
            {
                throw new CheckpointException(file.Path, null, $"the storage key {key ?? "None"}", "each storage of the pickle, once", Damaged);
            }

            offsets.Add(name, position + sizeof(long));
            position = SkipStorage(file, position, storage);
        }

        if (storages.Find(storage => !offsets.ContainsKey(storage.Key)) is { } missing)
        {
            throw new CheckpointException(file.Path, null, $"no data for storage {missing.Key}", "each storage of the pickle", Damaged);
        }

        return new PyTorchFile(value, offsets);
    }

    private static long SkipStorage(MappedFile file, long position, PickleStorage storage)
    {
        long left = file.Length - position - sizeof(long);
        if (left < storage.SizeBytes)
        {
            throw new CheckpointException(file.Path, null, $"the end of the file in storage {storage.Key}", $"{storage.SizeBytes} bytes, {storage.ElementCount} elements of {storage.DType.Name()}", Damaged);
        }

        using MappedFile.Bytes field = file.Rent(position, sizeof(long));
        long count = BinaryPrimitives.ReadInt64LittleEndian(field.Span);
        return count == storage.ElementCount
            ? position + sizeof(long) + storage.SizeBytes
            : throw new CheckpointException(file.Path, null, $"{count} elements in storage {storage.Key}", $"{storage.ElementCount}, as the pickle says", Damaged);
    }

    /// <summary>Reads one pickle and returns what it says, where it ends, and the storages it refers to, each once.</summary>
    private static (object? Value, long End, List<PickleStorage> Storages) ReadPickle(MappedFile file, long offset, long length)
    {
        using MappedFile.Bytes bytes = file.Rent(offset, (int)Math.Min(length, PickleReader.LongestBytes));
        PickleReader reader = new(bytes.Span, file.Path);
        object? value = reader.Read();
        return (value, offset + reader.Position, [.. reader.Storages]);
    }
}
