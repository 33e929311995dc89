using System.Buffers.Binary;

namespace Akin.Search.Storage;

/// <summary>The last bytes of a backup, behind the database: what it is, how long the database is, how many documents are in it, its SHA-256.</summary>
internal readonly record struct BackupTrailer(long DatabaseBytes, long Documents, byte[] Hash)
{
    public const int SizeBytes = 64;

    private const int LengthOffset = 16, DocumentsOffset = 24, HashOffset = 32;

    private static ReadOnlySpan<byte> Mark => "Akin backup v1\r\n"u8;

    public byte[] ToBytes()
    {
        byte[] bytes = new byte[SizeBytes];
        Mark.CopyTo(bytes);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(LengthOffset), DatabaseBytes);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(DocumentsOffset), Documents);
        Hash.CopyTo(bytes, HashOffset);
        return bytes;
    }

    /// <summary>Reads the trailer of a file and leaves the file at its beginning.</summary>
    /// <exception cref="IndexFileException">The file is no backup, or was cut off.</exception>
    public static BackupTrailer Read(FileStream file)
    {
        byte[] bytes = new byte[SizeBytes];
        if (file.Length < SizeBytes)
        {
            throw NoBackup(file.Name);
        }

        file.Seek(-SizeBytes, SeekOrigin.End);
        file.ReadExactly(bytes);
        file.Seek(0, SeekOrigin.Begin);
        if (!bytes.AsSpan().StartsWith(Mark))
        {
            throw NoBackup(file.Name);
        }

        BackupTrailer trailer = new(
            BinaryPrimitives.ReadInt64LittleEndian(bytes.AsSpan(LengthOffset)),
            BinaryPrimitives.ReadInt64LittleEndian(bytes.AsSpan(DocumentsOffset)),
            bytes[HashOffset..]);
        return trailer.DatabaseBytes == file.Length - SizeBytes
            ? trailer
            : throw new IndexFileException(file.Name, 0, $"it holds {file.Length - SizeBytes} bytes of a database of {trailer.DatabaseBytes}: it is damaged. Use another backup");
    }

    private static IndexFileException NoBackup(string path) =>
        new(path, 0, "it is no backup of an index, or its end was cut off. Backups are made by 'akin index backup'");
}
