using System.IO.MemoryMappedFiles;
using System.Runtime.InteropServices;
using Akin.Kernels;
using Akin.Search.Storage;
using Microsoft.Win32.SafeHandles;

namespace Akin.Search.Lexical.Postings;

/// <summary>Writes postings files, under another name first and on the disk before they get their own, and maps them.</summary>
internal static class PostingsFile
{
    /// <summary>Writes the file. The store does not name it yet.</summary>
    /// <param name="store">The store.</param>
    /// <param name="fingerprint">The fingerprint of the options.</param>
    /// <param name="segments">What the file is to hold.</param>
    /// <param name="lastRow">The last row in them.</param>
    /// <param name="lastDeletion">The last deletion in them.</param>
    /// <param name="pool">The threads that compute checksums.</param>
    /// <param name="cancellationToken">Stops between terms.</param>
    /// <exception cref="IndexStorageException">The disk is full or cannot be written; nothing is left behind.</exception>
    public static DerivedFile Write(
        DocumentStore store, string fingerprint, IReadOnlyList<LiveSegment> segments, long lastRow, long lastDeletion, WorkerPool pool, CancellationToken cancellationToken)
    {
        string name = $"{NamePrefix(fingerprint)}{lastRow}-{lastDeletion}-{Guid.NewGuid():N}.bin";
        string path = Path.Combine(store.Folder, name);
        string temporary = path + ".tmp";
        try
        {
            SegmentLayout layout;
            using (FileStream output = new(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 1 << 20))
            {
                output.Seek(PostingsFileHeader.PageBytes, SeekOrigin.Begin);
                layout = SegmentMerge.Write(segments, output, cancellationToken);
            }

            Seal(temporary, new PostingsFileHeader(store.StoreId, fingerprint, layout, lastRow, lastDeletion, ChecksumsChecksum: 0), pool);
            File.Move(temporary, path);
            return new DerivedFile(name, lastRow, lastDeletion);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new IndexStorageException(
                store.Folder, DiskErrors.IsDiskFull(error), $"writing the postings file: {error.Message} (searching works without it, but opens more slowly)", error);
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    /// <summary>How the names of the files of some options begin.</summary>
    public static string NamePrefix(string fingerprint) => $"postings-{fingerprint}-";

    /// <summary>Maps the file that the store names and checks all of it.</summary>
    /// <exception cref="InvalidDataException">It is not that file, or damaged; the message is the finding.</exception>
    /// <exception cref="IOException">It is missing or cannot be read.</exception>
    public static Segment Open(DocumentStore store, string fingerprint, DerivedFile derived, WorkerPool pool)
    {
        // The name comes out of the database: it must not lead anywhere else.
        if (derived.Name != Path.GetFileName(derived.Name))
        {
            throw new InvalidDataException($"'{derived.Name}' is not the name of a file in the index folder");
        }

        using FileStream stream = new(Path.Combine(store.Folder, derived.Name), FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        Span<byte> first = stackalloc byte[PostingsFileHeader.SizeBytes];
        int read = stream.ReadAtLeast(first, first.Length, throwOnEndOfStream: false);
        PostingsFileHeader header = PostingsFileHeader.Parse(first[..read], stream.Length, store, fingerprint, derived);
        SegmentBytes bytes = Map(stream, header.Segment.SizeBytes + (long)header.BlockCount * sizeof(uint));
        try
        {
            ReadOnlySpan<uint> checksums = MemoryMarshal.Cast<byte, uint>(bytes.Slice(header.Segment.SizeBytes, (long)header.BlockCount * sizeof(uint)));
            if (Checksum.Of(MemoryMarshal.AsBytes(checksums)) != header.ChecksumsChecksum)
            {
                throw new InvalidDataException("its checksums are damaged");
            }

            int damaged = checksums.CommonPrefixLength(SegmentChecksums.Of(bytes, header.Segment.SizeBytes, pool));
            return damaged == header.BlockCount
                ? new Segment(bytes, header.Segment)
                : throw new InvalidDataException($"block {damaged} of {header.BlockCount} does not match its checksum");
        }
        catch
        {
            bytes.Dispose();
            throw;
        }
    }

    /// <summary>Adds checksums and header, and waits until all is on the disk.</summary>
    private static void Seal(string path, PostingsFileHeader header, WorkerPool pool)
    {
        uint[] checksums;
        using (FileStream stream = new(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0))
        using (SegmentBytes bytes = Map(stream, header.Segment.SizeBytes))
        {
            checksums = SegmentChecksums.Of(bytes, header.Segment.SizeBytes, pool);
        }

        ReadOnlySpan<byte> checksumBytes = MemoryMarshal.AsBytes<uint>(checksums);
        using SafeFileHandle file = File.OpenHandle(path, FileMode.Open, FileAccess.Write, FileShare.None);
        RandomAccess.Write(file, checksumBytes, header.ChecksumsOffset);
        RandomAccess.Write(file, (header with { ChecksumsChecksum = Checksum.Of(checksumBytes) }).ToBytes(), 0);
        RandomAccess.FlushToDisk(file);
    }

    private static SegmentBytes Map(FileStream stream, long length)
    {
        MemoryMappedFile file = MemoryMappedFile.CreateFromFile(stream, null, 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: true);
        try
        {
            return new SegmentBytes(file, file.CreateViewAccessor(0, PostingsFileHeader.PageBytes + length, MemoryMappedFileAccess.Read), PostingsFileHeader.PageBytes, length);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }
}
