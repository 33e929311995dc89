using System.IO.MemoryMappedFiles;
using System.Runtime.InteropServices;
using Akin.Kernels;
using Microsoft.Win32.SafeHandles;

namespace Akin.Search.Storage;

/// <summary>
/// What all derived files have in common: a page with the header, the content, and a checksum of every block of the content. A file is written under another name and is on the
/// disk before it gets its own.
/// </summary>
internal static class DerivedFileFormat
{
    public const int PageBytes = 4096;

    /// <summary>Every block of this size (the last one may be shorter) between header and checksums has a checksum of its own.</summary>
    public const int BlockBytes = 1 << 20;

    /// <summary>How many checksums a file has.</summary>
    /// <param name="checksumsOffset">Where they begin: where the content ends.</param>
    public static int BlockCount(long checksumsOffset) => (int)((checksumsOffset - PageBytes + BlockBytes - 1) / BlockBytes);

    /// <summary>The length of a file.</summary>
    public static long FileBytes(long checksumsOffset) => checksumsOffset + (long)BlockCount(checksumsOffset) * sizeof(uint);

    /// <summary>Where the next page begins.</summary>
    public static long NextPage(long offset) => (offset + PageBytes - 1) / PageBytes * PageBytes;

    /// <summary>Writes a file with a new name. The store does not name it yet.</summary>
    /// <param name="store">The store.</param>
    /// <param name="prefix">How the name begins.</param>
    /// <param name="lastRow">The last row in the file.</param>
    /// <param name="lastDeletion">The last deletion in the file.</param>
    /// <param name="what">What the file is and what searching is like without it, for the error: kind, then consequence.</param>
    /// <param name="write">Writes and seals the file under the name that it is given.</param>
    /// <exception cref="IndexStorageException">The disk is full or cannot be written; nothing is left behind.</exception>
    public static DerivedFile Write(DocumentStore store, string prefix, long lastRow, long lastDeletion, (string Kind, string Without) what, Action<string> write)
    {
        string name = $"{prefix}{lastRow}-{lastDeletion}-{Guid.NewGuid():N}.bin";
        string path = Path.Combine(store.Folder, name);
        string temporary = path + ".tmp";
        try
        {
            write(temporary);
            File.Move(temporary, path);
            return new DerivedFile(name, lastRow, lastDeletion);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new IndexStorageException(
                store.Folder, DiskErrors.IsDiskFull(error), $"writing the {what.Kind} file: {error.Message} (searching works without it, but {what.Without})", error);
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    /// <summary>Adds checksums and header to the content, and waits until all is on the disk.</summary>
    /// <param name="path">The file.</param>
    /// <param name="checksumsOffset">Where the content ends.</param>
    /// <param name="header">Makes the header of the checksum of the checksums.</param>
    /// <param name="pool">The threads that compute checksums.</param>
    public static unsafe void Seal(string path, long checksumsOffset, Func<uint, byte[]> header, WorkerPool pool)
    {
        uint[] checksums;
        using (FileStream stream = new(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0))
        using (MappedDerivedFile mapped = MappedDerivedFile.Of(stream, checksumsOffset, MemoryMappedFileAccess.Read))
        {
            checksums = BlockChecksums.Compute(mapped.Start, checksumsOffset, pool);
        }

        ReadOnlySpan<byte> checksumBytes = MemoryMarshal.AsBytes<uint>(checksums);
        using SafeFileHandle file = File.OpenHandle(path, FileMode.Open, FileAccess.Write, FileShare.None);
        RandomAccess.Write(file, checksumBytes, checksumsOffset);
        RandomAccess.Write(file, header(Checksum.Of(checksumBytes)), 0);
        RandomAccess.FlushToDisk(file);
    }

    /// <summary>Opens the file that the store names.</summary>
    /// <exception cref="InvalidDataException">The name leads out of the index folder.</exception>
    /// <exception cref="IOException">It is missing or cannot be read.</exception>
    public static FileStream OpenRead(DocumentStore store, DerivedFile derived) =>
        // The name comes out of the database: it must not lead anywhere else.
        derived.Name == Path.GetFileName(derived.Name) && derived.Name.Length > 0 && !derived.Name.Contains('\0', StringComparison.Ordinal)
            ? new FileStream(Path.Combine(store.Folder, derived.Name), FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0)
            : throw new InvalidDataException($"'{derived.Name}' is not the name of a file in the index folder");
}
