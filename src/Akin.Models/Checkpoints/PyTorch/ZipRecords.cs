using System.Buffers.Binary;
using System.Text;

namespace Akin.Models.Checkpoints.PyTorch;

/// <summary>
/// Where the records of a zip file lie. Only what PyTorch writes is read: stored records (not compressed, not encrypted), one disk, zip64.
/// PKWARE APPNOTE 6.3.9 sections 4.3.7 (local header), 4.3.12 (directory), 4.3.14 to 4.3.16 (its ends). The CRC-32 of records is not
/// checked, as PyTorch does not check it either.
/// </summary>
internal sealed class ZipRecords
{
    private const int LocalHeaderBytes = 30;
    private const int DirectoryEntryBytes = 46;
    private const int EndBytes = 22;
    private const int LongestComment = ushort.MaxValue;
    private const int End64Bytes = 56;
    private const int End64LocatorBytes = 20;
    private const int LargestDirectoryBytes = 64 << 20;
    private const string Damaged = "The file is damaged or was cut short: fetch it again.";

    private readonly MappedFile _file;
    private readonly Dictionary<string, (long Offset, long Length)> _records = new(StringComparer.Ordinal);

    /// <exception cref="CheckpointException">The file is not a whole zip file, or uses what PyTorch never does.</exception>
    public ZipRecords(MappedFile file)
    {
        _file = file;
        (long offset, long length, long count) = FindDirectory();
        ReadDirectory(offset, length, count);
    }

    public IEnumerable<string> Names => _records.Keys;

    /// <summary>Finds a record's bytes, which lie inside the file.</summary>
    public bool TryFind(string name, out long offset, out long length)
    {
        bool found = _records.TryGetValue(name, out (long Offset, long Length) record);
        (offset, length) = record;
        return found;
    }

    /// <summary>The directory's end stands at the end of the file, followed by nothing but its comment.</summary>
    private (long Offset, long Length, long Count) FindDirectory()
    {
        int tailLength = (int)Math.Min(_file.Length, EndBytes + LongestComment);
        using MappedFile.Bytes tail = _file.Rent(_file.Length - tailLength, tailLength);
        for (int start = tailLength - EndBytes; start >= 0; start--)
        {
            ReadOnlySpan<byte> end = tail.Span[start..];
            if (end.StartsWith("PK\u0005\u0006"u8) && BinaryPrimitives.ReadUInt16LittleEndian(end[20..]) == end.Length - EndBytes)
            {
                long position = _file.Length - tailLength + start;
                (long Offset, long Length, long Count, long End) found = FindDirectory64(position)
                    ?? (BinaryPrimitives.ReadUInt32LittleEndian(end[16..]), BinaryPrimitives.ReadUInt32LittleEndian(end[12..]), BinaryPrimitives.ReadUInt16LittleEndian(end[10..]), position);
                return found.Offset >= 0 && found.Length is >= 0 and <= LargestDirectoryBytes && found.Offset == found.End - found.Length
                    ? (found.Offset, found.Length, found.Count)
                    : throw Fault($"a zip directory of {found.Length} bytes at {found.Offset}", $"one that ends at {found.End}, of at most {LargestDirectoryBytes} bytes");
            }
        }

        throw Fault("no directory at the end of the zip file", "a whole file written by torch.save");
    }

    private (long Offset, long Length, long Count, long End)? FindDirectory64(long end)
    {
        if (end < End64LocatorBytes + End64Bytes)
        {
            return null;
        }

        using MappedFile.Bytes locator = _file.Rent(end - End64LocatorBytes, End64LocatorBytes);
        if (!locator.Span.StartsWith("PK\u0006\u0007"u8))
        {
            return null;
        }

        long position = BinaryPrimitives.ReadInt64LittleEndian(locator.Span[8..]);
        if (position < 0 || position > end - End64LocatorBytes - End64Bytes)
        {
            throw Fault($"a zip64 directory end at {position}", $"one before {end - End64LocatorBytes - End64Bytes}");
        }

        using MappedFile.Bytes record = _file.Rent(position, End64Bytes);
        return record.Span.StartsWith("PK\u0006\u0006"u8)
            ? (BinaryPrimitives.ReadInt64LittleEndian(record.Span[48..]), BinaryPrimitives.ReadInt64LittleEndian(record.Span[40..]), BinaryPrimitives.ReadInt64LittleEndian(record.Span[32..]), position)
            : throw Fault($"no zip64 directory end at {position}", "the one that its locator points to");
    }

    private void ReadDirectory(long offset, long length, long count)
    {
        using MappedFile.Bytes directory = _file.Rent(offset, (int)length);
        ReadOnlySpan<byte> rest = directory.Span;
        for (long i = 0; i < count; i++)
        {
            if (rest.Length < DirectoryEntryBytes || !rest.StartsWith("PK\u0001\u0002"u8))
            {
                throw Fault($"{i} entries in the zip directory", $"{count}");
            }

            int nameLength = BinaryPrimitives.ReadUInt16LittleEndian(rest[28..]);
            int extraLength = BinaryPrimitives.ReadUInt16LittleEndian(rest[30..]);
            int commentLength = BinaryPrimitives.ReadUInt16LittleEndian(rest[32..]);
            if (rest.Length < DirectoryEntryBytes + nameLength + extraLength + commentLength)
            {
                throw Fault("an entry of the zip directory that is cut short", "the whole entry");
            }

            AddRecord(rest[..DirectoryEntryBytes], rest.Slice(DirectoryEntryBytes, nameLength), rest.Slice(DirectoryEntryBytes + nameLength, extraLength), directoryOffset: offset);
            rest = rest[(DirectoryEntryBytes + nameLength + extraLength + commentLength)..];
        }
    }

    private void AddRecord(ReadOnlySpan<byte> entry, ReadOnlySpan<byte> nameBytes, ReadOnlySpan<byte> extra, long directoryOffset)
    {
        string name = Encoding.UTF8.GetString(nameBytes);
        int flags = BinaryPrimitives.ReadUInt16LittleEndian(entry[8..]);
        int method = BinaryPrimitives.ReadUInt16LittleEndian(entry[10..]);
        if (method != 0 || (flags & 1) != 0)
        {
            throw Fault($"the record '{name}' {(method != 0 ? $"compressed by method {method}" : "encrypted")}", "plain records, as torch.save writes them");
        }

        long storedLength = BinaryPrimitives.ReadUInt32LittleEndian(entry[20..]);
        long length = BinaryPrimitives.ReadUInt32LittleEndian(entry[24..]);
        long header = BinaryPrimitives.ReadUInt32LittleEndian(entry[42..]);
        ReadZip64(extra, ref length, ref storedLength, ref header);
        if (header < 0 || header > directoryOffset - LocalHeaderBytes)
        {
            throw Fault($"the record '{name}' at byte {header}", $"it before the directory at {directoryOffset}");
        }

        using MappedFile.Bytes local = _file.Rent(header, LocalHeaderBytes);
        if (!local.Span.StartsWith("PK\u0003\u0004"u8))
        {
            throw Fault($"no record '{name}' at byte {header}", "the one that the directory lists");
        }

        // The local header repeats the name, but its extra field has another length: PyTorch pads there to align the data.
        long data = header + LocalHeaderBytes + BinaryPrimitives.ReadUInt16LittleEndian(local.Span[26..]) + BinaryPrimitives.ReadUInt16LittleEndian(local.Span[28..]);
        if (length < 0 || storedLength != length || data > directoryOffset || length > directoryOffset - data)
        {
            throw Fault($"the record '{name}' of {length} bytes ({storedLength} stored) at byte {data}", $"it before the directory at {directoryOffset}");
        }

        if (!_records.TryAdd(name, (data, length)))
        {
            throw Fault($"two records called '{name}'", "one");
        }
    }

    /// <summary>Field 0x0001 holds, in this order, those of the three numbers that did not fit 32 bits.</summary>
    private void ReadZip64(ReadOnlySpan<byte> extra, ref long length, ref long storedLength, ref long header)
    {
        while (extra.Length >= 4)
        {
            int id = BinaryPrimitives.ReadUInt16LittleEndian(extra);
            int size = BinaryPrimitives.ReadUInt16LittleEndian(extra[2..]);
            if (size > extra.Length - 4)
            {
                break;
            }

            if (id == 1)
            {
                ReadOnlySpan<byte> numbers = extra.Slice(4, size);
                Widen(ref length, ref numbers);
                Widen(ref storedLength, ref numbers);
                Widen(ref header, ref numbers);
                return;
            }

            extra = extra[(4 + size)..];
        }
    }

    private void Widen(ref long number, ref ReadOnlySpan<byte> numbers)
    {
        if (number != uint.MaxValue)
        {
            return;
        }

        if (numbers.Length < sizeof(long))
        {
            throw Fault("a zip64 field that is cut short", "the whole field");
        }

        number = BinaryPrimitives.ReadInt64LittleEndian(numbers);
        numbers = numbers[sizeof(long)..];
    }

    private CheckpointException Fault(string found, string expected) => new(_file.Path, null, found, expected, Damaged);
}
