using System.Security.Cryptography;
using Microsoft.Data.Sqlite;

namespace Akin.Search.Storage;

/// <summary>
/// Backups: one file that holds the store of record as it was at one moment, with a checksum. What is derived from the store is not in it.
/// </summary>
/// <remarks>The file is an SQLite database followed by 64 bytes, which SQLite's own tools pass over.</remarks>
public static class IndexBackup
{
    private const int CopyBytes = 1 << 20;

    // The header of an SQLite database, big-endian: https://www.sqlite.org/fileformat.html, 1.3.
    private const int DatabaseHeaderBytes = 100, UserVersionOffset = 60, ApplicationIdOffset = 68;

    /// <summary>Writes a backup, while others read and write the index.</summary>
    /// <param name="store">The store.</param>
    /// <param name="path">The file to write; it must not be there. It gets its name when it is whole and on the disk.</param>
    /// <param name="progress">Told how many bytes are written.</param>
    /// <param name="cancellationToken">Stops; nothing is left behind.</param>
    /// <exception cref="IOException">There is such a file, or it cannot be written.</exception>
    /// <exception cref="SearchIndexException">The store cannot be read, or the disk is full.</exception>
    public static BackupInfo Create(DocumentStore store, string path, IProgress<long>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(store);
        ArgumentException.ThrowIfNullOrEmpty(path);
        RefuseExisting(path);
        string temporary = $"{Path.GetFullPath(path)}.{Guid.NewGuid():N}.tmp";
        try
        {
            long documents = store.CopyDatabase(temporary, progress, cancellationToken);
            BackupInfo info;
            using (FileStream file = new(temporary, FileMode.Open, FileAccess.ReadWrite, FileShare.None, CopyBytes))
            {
                BackupTrailer trailer = new(file.Length, documents, Hash(file, copy: null, progress: null, cancellationToken));
                file.Write(trailer.ToBytes());
                file.Flush(flushToDisk: true);
                info = InfoOf(trailer);
            }

            File.Move(temporary, path);
            return info;
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    /// <summary>Reads a whole backup and checks it.</summary>
    /// <param name="path">The file.</param>
    /// <param name="progress">Told how many bytes are read.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <exception cref="IndexFileException">It is no backup, or damaged.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static BackupInfo Verify(string path, IProgress<long>? progress = null, CancellationToken cancellationToken = default)
    {
        using FileStream file = OpenRead(path);
        return Verify(file, copy: null, progress, cancellationToken);
    }

    /// <summary>Makes an index of a backup. It is checked on the way, and the folder gets its name when all is there.</summary>
    /// <param name="path">The backup.</param>
    /// <param name="folder">The index folder; it must not be there, or be empty.</param>
    /// <param name="progress">Told how many bytes are read.</param>
    /// <param name="cancellationToken">Stops; nothing is left behind.</param>
    /// <exception cref="IndexFileException">It is no backup, or damaged.</exception>
    /// <exception cref="IndexFormatException">It was made by a newer version of Akin.</exception>
    /// <exception cref="IOException">There is something in the folder, or it cannot be written.</exception>
    public static BackupInfo Restore(string path, string folder, IProgress<long>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        bool isEmpty = Directory.Exists(folder) && !Directory.EnumerateFileSystemEntries(folder).Any();
        if (!isEmpty)
        {
            RefuseExisting(folder);
        }

        using FileStream file = OpenRead(path);
        string target = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)), temporary = $"{target}.{Guid.NewGuid():N}.tmp";
        Directory.CreateDirectory(temporary);
        try
        {
            BackupInfo info;
            using (FileStream copy = new(StoreDatabase.PathIn(temporary), FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0))
            {
                info = Verify(file, copy, progress, cancellationToken);
                copy.Flush(flushToDisk: true);
            }

            MakeItsOwn(temporary, folder);
            if (isEmpty)
            {
                Directory.Delete(folder);
            }

            Directory.Move(temporary, target);
            return info;
        }
        finally
        {
            if (Directory.Exists(temporary))
            {
                Directory.Delete(temporary, recursive: true);
            }
        }
    }

    /// <summary>The copy goes ways of its own from here: no derived file of the former store may be taken for one of it.</summary>
    private static void MakeItsOwn(string temporary, string folder)
    {
        try
        {
            using SqliteConnection connection = StoreDatabase.Connect(temporary, TimeSpan.Zero);
            StoreDatabase.Execute(connection, "PRAGMA journal_mode = WAL");
            using SqliteTransaction transaction = connection.BeginTransaction(deferred: false);
            StoreDatabase.Execute(connection, "DELETE FROM derived", transaction);
            StoreDatabase.Execute(connection, "DELETE FROM deletions", transaction);
            StoreDatabase.Execute(connection, $"UPDATE facts SET value = '{Guid.NewGuid():N}' WHERE name = 'store_id'", transaction);
            transaction.Commit();
        }
        catch (SqliteException error)
        {
            throw StoreDatabase.Translate(error, folder, TimeSpan.Zero);
        }
    }

    private static BackupInfo Verify(FileStream file, Stream? copy, IProgress<long>? progress, CancellationToken cancellationToken)
    {
        BackupTrailer trailer = BackupTrailer.Read(file);
        CheckHeader(file);
        return CryptographicOperations.FixedTimeEquals(trailer.Hash, Hash(file, copy, progress, cancellationToken, trailer.DatabaseBytes))
            ? InfoOf(trailer)
            : throw new IndexFileException(file.Name, 0, "its content does not match its checksum: it is damaged. Use another backup");
    }

    private static void CheckHeader(FileStream file)
    {
        byte[] header = new byte[DatabaseHeaderBytes];
        int read = file.ReadAtLeast(header, header.Length, throwOnEndOfStream: false);
        file.Seek(0, SeekOrigin.Begin);
        if (read < header.Length || Number(header, ApplicationIdOffset) != StoreDatabase.ApplicationId)
        {
            throw new IndexFileException(file.Name, 0, "what is in it is no index");
        }

        if (Number(header, UserVersionOffset) is int version && version > DocumentStore.FormatVersion)
        {
            throw new IndexFormatException(file.Name, version, DocumentStore.FormatVersion);
        }
    }

    private static int Number(byte[] header, int offset) => System.Buffers.Binary.BinaryPrimitives.ReadInt32BigEndian(header.AsSpan(offset));

    /// <summary>SHA-256 of so many bytes from where the file stands (to its end by default), copied on the way.</summary>
    private static byte[] Hash(FileStream file, Stream? copy, IProgress<long>? progress, CancellationToken cancellationToken, long length = long.MaxValue)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[] buffer = new byte[CopyBytes];
        for (long done = 0; done < length;)
        {
            cancellationToken.ThrowIfCancellationRequested();
            int read = file.Read(buffer, 0, (int)Math.Min(buffer.Length, length - done));
            if (read == 0)
            {
                break;
            }

            hash.AppendData(buffer, 0, read);
            copy?.Write(buffer, 0, read);
            done += read;
            progress?.Report(done);
        }

        return hash.GetHashAndReset();
    }

    private static BackupInfo InfoOf(BackupTrailer trailer) =>
        new(trailer.Documents, trailer.DatabaseBytes + BackupTrailer.SizeBytes, Convert.ToHexStringLower(trailer.Hash));

    private static FileStream OpenRead(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
    }

    private static void RefuseExisting(string path)
    {
        if (Path.Exists(path))
        {
            throw new IOException($"'{path}' is there already and is left alone. Give another name, or move it away first.");
        }
    }
}
