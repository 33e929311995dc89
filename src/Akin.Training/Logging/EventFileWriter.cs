using System.Buffers.Binary;
using System.Globalization;
using System.Numerics;
using System.Text;

namespace Akin.Training.Logging;

/// <summary>Writes numbers to a TensorBoard event file.</summary>
/// <remarks>
/// The file is a run of TFRecords (<c>tensorflow/core/lib/io/record_writer.cc</c>: length, masked CRC-32C of the length, data, masked CRC-32C of the data),
/// each an <c>Event</c> message (<c>tensorflow/core/util/event.proto</c>) in protocol buffers' wire format. Not thread-safe.
/// </remarks>
public sealed class EventFileWriter : IDisposable
{
    // Fields of Event: wall_time = 1 (double), step = 2 (int64), file_version = 3 (string), summary = 5 (message).
    // Fields of Summary: value = 1 (message). Fields of Summary.Value: tag = 1 (string), simple_value = 2 (float).
    private const int Varint = 0, Fixed64 = 1, Delimited = 2, Fixed32 = 5;

    private readonly FileStream _file;

    /// <summary>Begins a file in a folder of logs.</summary>
    /// <param name="folder">The folder; made if it does not exist.</param>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    public EventFileWriter(string folder)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        Directory.CreateDirectory(folder);
        DateTimeOffset now = DateTimeOffset.UtcNow;

        // TensorBoard reads files whose name has "tfevents" in it, in the order of their names.
        string name = string.Create(CultureInfo.InvariantCulture, $"events.out.tfevents.{now.ToUnixTimeSeconds():D10}.{Environment.MachineName}.{Environment.ProcessId}.{Guid.NewGuid():N}");
        Path = System.IO.Path.Combine(folder, name);
        _file = new FileStream(Path, FileMode.CreateNew, FileAccess.Write, FileShare.Read);
        using MemoryStream first = new();
        WriteWallTime(first, now);
        WriteBytes(first, 3, "brain.Event:2"u8);
        WriteRecord(first.GetBuffer().AsSpan(0, (int)first.Length));
    }

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>Writes a number of a step, through to the file.</summary>
    /// <param name="tag">The curve it belongs to, such as <c>train/loss</c>.</param>
    /// <param name="value">The number.</param>
    /// <param name="step">The step.</param>
    /// <exception cref="IOException">The disk is full.</exception>
    public void Write(string tag, float value, long step)
    {
        ArgumentException.ThrowIfNullOrEmpty(tag);
        using MemoryStream point = new();
        WriteBytes(point, 1, Encoding.UTF8.GetBytes(tag));
        WriteKey(point, 2, Fixed32);
        Span<byte> number = stackalloc byte[sizeof(float)];
        BinaryPrimitives.WriteSingleLittleEndian(number, value);
        point.Write(number);

        using MemoryStream summary = new();
        WriteBytes(summary, 1, point.GetBuffer().AsSpan(0, (int)point.Length));

        using MemoryStream message = new();
        WriteWallTime(message, DateTimeOffset.UtcNow);
        WriteKey(message, 2, Varint);
        WriteVarint(message, (ulong)step);
        WriteBytes(message, 5, summary.GetBuffer().AsSpan(0, (int)summary.Length));
        WriteRecord(message.GetBuffer().AsSpan(0, (int)message.Length));
        _file.Flush();
    }

    /// <summary>Closes the file.</summary>
    public void Dispose() => _file.Dispose();

    private static void WriteWallTime(MemoryStream message, DateTimeOffset time)
    {
        WriteKey(message, 1, Fixed64);
        Span<byte> number = stackalloc byte[sizeof(double)];
        BinaryPrimitives.WriteDoubleLittleEndian(number, time.ToUnixTimeMilliseconds() / 1000.0);
        message.Write(number);
    }

    private static void WriteBytes(MemoryStream message, int field, ReadOnlySpan<byte> bytes)
    {
        WriteKey(message, field, Delimited);
        WriteVarint(message, (ulong)bytes.Length);
        message.Write(bytes);
    }

    private static void WriteKey(MemoryStream message, int field, int wireType) => WriteVarint(message, (ulong)((field << 3) | wireType));

    private static void WriteVarint(MemoryStream message, ulong value)
    {
        for (; value >= 0x80; value >>= 7)
        {
            message.WriteByte((byte)(value | 0x80));
        }

        message.WriteByte((byte)value);
    }

    private void WriteRecord(ReadOnlySpan<byte> data)
    {
        Span<byte> header = stackalloc byte[sizeof(ulong) + sizeof(uint)];
        BinaryPrimitives.WriteUInt64LittleEndian(header, (ulong)data.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(header[sizeof(ulong)..], MaskedChecksum(header[..sizeof(ulong)]));
        Span<byte> footer = stackalloc byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32LittleEndian(footer, MaskedChecksum(data));
        _file.Write(header);
        _file.Write(data);
        _file.Write(footer);
    }

    /// <summary>CRC-32C, turned and shifted so that checksums of data that holds checksums stay independent (<c>tsl/lib/hash/crc32c.h</c>).</summary>
    private static uint MaskedChecksum(ReadOnlySpan<byte> bytes)
    {
        const uint Delta = 0xA282EAD8;
        uint state = uint.MaxValue;
        foreach (byte value in bytes)
        {
            state = BitOperations.Crc32C(state, value);
        }

        return BitOperations.RotateRight(~state, 15) + Delta;
    }
}
