using System.IO.MemoryMappedFiles;
using System.Runtime.InteropServices;
using Akin.Kernels;
using Akin.Search.Storage;
using Akin.Search.Vectors;
using Microsoft.Win32.SafeHandles;

namespace Akin.Search.Graph;

/// <summary>Writes a graph file: under another name first, on the disk before it gets its own.</summary>
internal static unsafe class GraphFileWriter
{
    public const string NamePattern = "graph-*";

    /// <summary>Writes the file of a graph over a vector file. The store does not name it yet.</summary>
    /// <exception cref="IndexStorageException">The disk is full or cannot be written; nothing is left behind.</exception>
    public static DerivedFile Write(DocumentStore store, DerivedFile vectors, GraphState state, VectorIndexSettings settings, WorkerPool pool)
    {
        string name = $"graph-{vectors.LastRow}-{vectors.LastDeletion}-{Guid.NewGuid():N}.bin";
        string path = Path.Combine(store.Folder, name);
        string temporary = path + ".tmp";
        try
        {
            state.Links.TryReadEntry(out int entry, out _);
            GraphFileHeader header = new(
                store.StoreId,
                settings.M,
                settings.EfConstruction,
                state.UsedCount,
                state.Links.UpperCount,
                Math.Max(0, entry),
                state.Vectors.Bits is null ? 0 : state.Vectors.BitWords,
                state.Vectors.Dimension,
                vectors.LastRow,
                vectors.LastDeletion,
                ChecksumsChecksum: 0);
            WriteBody(temporary, header.Layout, state);
            Seal(temporary, header, pool);
            File.Move(temporary, path);
            return vectors with { Name = name };
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new IndexStorageException(
                store.Folder, DiskErrors.IsDiskFull(error), $"writing the graph file: {error.Message} (searching works without it, but reads every vector)", error);
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    private static void WriteBody(string path, GraphFileLayout layout, GraphState state)
    {
        using SafeFileHandle file = File.OpenHandle(path, FileMode.CreateNew, FileAccess.Write, FileShare.None);
        RandomAccess.SetLength(file, layout.FileBytes);
        Section(GraphFileLayout.GroundOffset, state.Links.Ground, layout.GroundBytes);
        Section(layout.LevelsOffset, state.Links.Levels, state.UsedCount);
        Section(layout.UpperOffset, state.Links.Upper, layout.UpperBytes);
        Section(layout.BitsOffset, state.Vectors.Bits, layout.BitsBytes);
        Section(layout.CenterOffset, state.Vectors.Center, layout.CenterBytes);
        GC.KeepAlive(state);

        void Section(long offset, void* content, long byteCount)
        {
            const int Part = 1 << 24;
            for (long first = 0; first < byteCount; first += Part)
            {
                RandomAccess.Write(file, new ReadOnlySpan<byte>((byte*)content + first, (int)Math.Min(Part, byteCount - first)), offset + first);
            }
        }
    }

    /// <summary>Adds checksums and header, and waits until all is on the disk.</summary>
    private static void Seal(string path, GraphFileHeader header, WorkerPool pool)
    {
        GraphFileLayout layout = header.Layout;
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
