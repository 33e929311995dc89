using Akin.Kernels;
using Akin.Search.Storage;

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
        return DerivedFileFormat.Write(store, NamePrefix(fingerprint), lastRow, lastDeletion, ("postings", "opens more slowly"), path =>
        {
            SegmentLayout layout;
            using (FileStream output = new(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 1 << 20))
            {
                output.Seek(DerivedFileFormat.PageBytes, SeekOrigin.Begin);
                layout = SegmentMerge.Write(segments, output, cancellationToken);
            }

            PostingsFileHeader header = new(store.StoreId, fingerprint, layout, lastRow, lastDeletion, ChecksumsChecksum: 0);
            DerivedFileFormat.Seal(path, header.ChecksumsOffset, checksum => (header with { ChecksumsChecksum = checksum }).ToBytes(), pool);
        });
    }

    /// <summary>How the names of the files of some options begin.</summary>
    public static string NamePrefix(string fingerprint) => $"postings-{fingerprint}-";

    /// <summary>Maps the file that the store names and checks all of it.</summary>
    /// <exception cref="InvalidDataException">It is not that file, or damaged; the message is the finding.</exception>
    /// <exception cref="IOException">It is missing or cannot be read.</exception>
    public static Segment Open(DocumentStore store, string fingerprint, DerivedFile derived, WorkerPool pool)
    {
        using FileStream stream = DerivedFileFormat.OpenRead(store, derived);
        Span<byte> first = stackalloc byte[PostingsFileHeader.SizeBytes];
        int read = stream.ReadAtLeast(first, first.Length, throwOnEndOfStream: false);
        PostingsFileHeader header = PostingsFileHeader.Parse(first[..read], stream.Length, store, fingerprint, derived);
        MappedDerivedFile mapped = MappedDerivedFile.Checked(stream, header.ChecksumsOffset, header.ChecksumsChecksum, pool);
        try
        {
            return new Segment(new SegmentBytes(mapped, header.Segment.SizeBytes), header.Segment);
        }
        catch
        {
            mapped.Dispose();
            throw;
        }
    }
}
