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
        long count = reader.CountAfter(0);
        reader.RequireCountAfter(0, count);
        VectorFileHeader header = new(store.StoreId, store.Facts.Dimension, store.Facts.Metric, count, lastRow, lastDeletion, ChecksumsChecksum: 0);
        return DerivedFileFormat.Write(store, "vectors-", lastRow, lastDeletion, ("vector", "opens more slowly"), path =>
        {
            WriteBody(path, header, reader, cancellationToken);
            DerivedFileFormat.Seal(path, header.Layout.ChecksumsOffset, checksum => (header with { ChecksumsChecksum = checksum }).ToBytes(), pool);
        });
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
}
