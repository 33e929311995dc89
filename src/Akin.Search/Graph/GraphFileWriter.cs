using Akin.Kernels;
using Akin.Search.Storage;
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
        return DerivedFileFormat.Write(store, "graph-", vectors.LastRow, vectors.LastDeletion, ("graph", "reads every vector"), path =>
        {
            WriteBody(path, header.Layout, state);
            DerivedFileFormat.Seal(path, header.Layout.ChecksumsOffset, checksum => (header with { ChecksumsChecksum = checksum }).ToBytes(), pool);
        });
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
}
