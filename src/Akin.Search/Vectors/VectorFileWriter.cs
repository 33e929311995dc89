using System.IO.MemoryMappedFiles;
using System.Runtime.InteropServices;
using Akin.Kernels;
using Akin.Search.Storage;
using Microsoft.Win32.SafeHandles;

namespace Akin.Search.Vectors;

/// <summary>Writes the vector file of one view of the store: under another name first, on the disk before it gets its own.</summary>
internal static class VectorFileWriter
{
    public const string NamePattern = "vectors-*";

    /// <summary>Writes the file. The store does not name it yet.</summary>
    /// <exception cref="IndexStorageException">The disk is full or cannot be written; nothing is left behind.</exception>
    public static DerivedFile Write(DocumentStore store, StoreReader reader, WorkerPool pool, CancellationToken cancellationToken)
    {
        long lastRow = reader.LastRow;
        long lastDeletion = reader.LastDeletion;
        string name = $"vectors-{lastRow}-{lastDeletion}-{Guid.NewGuid():N}.bin";
        string path = Path.Combine(store.Folder, name);
        string temporary = path + ".tmp";
        try
        {
            VectorFileHeader header = new(
                store.StoreId, store.Facts.Dimension, store.Facts.Metric, reader.CountAfter(0), lastRow, lastDeletion, ChecksumsChecksum: 0);
            WriteBody(temporary, header, reader, cancellationToken);
            Seal(temporary, header, pool);
            File.Move(temporary, path);
            return new DerivedFile(name, lastRow, lastDeletion);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new IndexStorageException(
                store.Folder, DiskErrors.IsDiskFull(error), $"writing the vector file: {error.Message} (searching works without it, but opens more slowly)", error);
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    private static void WriteBody(string path, VectorFileHeader header, StoreReader reader, CancellationToken cancellationToken)
    {
        VectorFileLayout layout = header.Layout;
        using SafeFileHandle file = File.OpenHandle(path, FileMode.CreateNew, FileAccess.Write, FileShare.None);
        RandomAccess.SetLength(file, layout.FileBytes);
        SectionWriter rows = new(file, VectorFileLayout.RowsOffset);
        SectionWriter vectors = new(file, layout.VectorsOffset);
        SectionWriter scales = new(file, layout.ScalesOffset);
        SectionWriter halfSquares = new(file, layout.HalfSquaresOffset);
        SectionWriter codes = new(file, layout.CodesOffset);
        float[] prepared = new float[header.Dimension];
        sbyte[] rowCodes = new sbyte[header.Dimension];
        reader.ReadVectorsAfter(
            0,
            (row, vector) =>
            {
                ScanForm.Prepare(header.Metric, vector, prepared, rowCodes, out float scale, out float halfSquare);
                rows.Write(MemoryMarshal.AsBytes(new ReadOnlySpan<long>(in row)));
                vectors.Write(MemoryMarshal.AsBytes<float>(prepared));
                scales.Write(MemoryMarshal.AsBytes(new ReadOnlySpan<float>(in scale)));
                if (header.Metric == VectorMetric.Euclidean)
                {
                    halfSquares.Write(MemoryMarshal.AsBytes(new ReadOnlySpan<float>(in halfSquare)));
                }

                codes.Write(MemoryMarshal.AsBytes<sbyte>(rowCodes));
            },
            cancellationToken);
        rows.Flush();
        vectors.Flush();
        scales.Flush();
        halfSquares.Flush();
        codes.Flush();
    }

    /// <summary>Adds checksums and header, and waits until all is on the disk.</summary>
    private static unsafe void Seal(string path, VectorFileHeader header, WorkerPool pool)
    {
        VectorFileLayout layout = header.Layout;
        uint[] checksums = new uint[layout.BlockCount];
        using (MemoryMappedFile mapping = MemoryMappedFile.CreateFromFile(path, FileMode.Open, null, 0, MemoryMappedFileAccess.Read))
        using (MemoryMappedViewAccessor view = mapping.CreateViewAccessor(0, layout.FileBytes, MemoryMappedFileAccess.Read))
        {
            byte* start = null;
            view.SafeMemoryMappedViewHandle.AcquirePointer(ref start);
            try
            {
                BlockChecksums.Compute(start + view.PointerOffset, layout.ChecksumsOffset, checksums, pool);
            }
            finally
            {
                view.SafeMemoryMappedViewHandle.ReleasePointer();
            }
        }

        ReadOnlySpan<byte> checksumBytes = MemoryMarshal.AsBytes<uint>(checksums);
        using SafeFileHandle file = File.OpenHandle(path, FileMode.Open, FileAccess.Write, FileShare.None);
        RandomAccess.Write(file, checksumBytes, layout.ChecksumsOffset);
        RandomAccess.Write(file, (header with { ChecksumsChecksum = Checksum.Of(checksumBytes) }).ToBytes(), 0);
        RandomAccess.FlushToDisk(file);
    }
}
