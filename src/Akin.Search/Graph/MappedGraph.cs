using Akin.Kernels;
using Akin.Search.Storage;
using Akin.Search.Vectors;

namespace Akin.Search.Graph;

/// <summary>A graph file mapped into memory, over the vector file of the same state of the store.</summary>
internal sealed unsafe class MappedGraph : IDisposable
{
    private readonly MappedDerivedFile _mapped;
    private int _deadCount;

    private MappedGraph(MappedDerivedFile mapped, GraphFileHeader header, MappedBlock vectors)
    {
        _mapped = mapped;
        byte* start = mapped.Start;
        GraphFileLayout layout = header.Layout;
        PinnedMemory<int> upperStarts = new(header.Count);
        GraphLinks links = new()
        {
            Capacity = header.Count,
            M = header.M,
            Ground = (int*)(start + GraphFileLayout.GroundOffset),
            Levels = start + layout.LevelsOffset,
            UpperStarts = upperStarts.Pointer,
            Upper = (int*)(start + layout.UpperOffset),
            UpperCapacity = header.UpperCount,
            Owners = [upperStarts, this],
        };
        long upper = 0;
        for (int node = 0; node < header.Count; node++)
        {
            upperStarts.Pointer[node] = (int)Math.Min(upper, header.UpperCount);
            upper += links.Levels[node];
        }

        if (upper != header.UpperCount)
        {
            throw new InvalidDataException($"its levels ask for {upper} upper lists, and it has {header.UpperCount}");
        }

        if (header.Count > 0)
        {
            links.SetEntry(header.Entry, links.Levels[header.Entry]);
        }

        if (GraphIntegrity.FindFault(links, header.Count, withRepeated: false) is { } fault)
        {
            throw new InvalidDataException(fault);
        }

        ulong* bits = header.BitWords > 0 ? (ulong*)(start + layout.BitsOffset) : null;
        float* center = header.BitWords > 0 ? (float*)(start + layout.CenterOffset) : null;
        State = new GraphState(vectors.ToGraphVectors(bits, center), links, vectors.RowNumbers) { UsedCount = header.Count };
        State.SetAllLive();
        Options = new HnswOptions { M = header.M, EfConstruction = header.EfConstruction };
    }

    /// <summary>The graph; rows of the store are its keys.</summary>
    public GraphState State { get; }

    /// <summary>How it was built; the precision is what a search asks for.</summary>
    public HnswOptions Options { get; }

    /// <summary>Rows that were deleted since the file was written.</summary>
    public int DeadCount => Volatile.Read(ref _deadCount);

    public int LiveCount => State.UsedCount - DeadCount;

    /// <summary>Whether sign bits are there.</summary>
    public bool HasBits => State.Vectors.Bits is not null;

    /// <summary>Maps the file that the store names and checks all of it.</summary>
    /// <exception cref="InvalidDataException">It is not that file, or damaged; the message is the finding.</exception>
    /// <exception cref="IOException">It is missing or cannot be read.</exception>
    public static MappedGraph Open(DocumentStore store, DerivedFile derived, MappedBlock vectors, WorkerPool pool)
    {
        using FileStream stream = DerivedFileFormat.OpenRead(store, derived);
        Span<byte> first = stackalloc byte[GraphFileHeader.SizeBytes];
        int read = stream.ReadAtLeast(first, first.Length, throwOnEndOfStream: false);
        GraphFileHeader header = GraphFileHeader.Parse(first[..read], stream.Length, store, derived, vectors);
        MappedDerivedFile mapped = MappedDerivedFile.Checked(stream, header.Layout.ChecksumsOffset, header.ChecksumsChecksum, pool);
        try
        {
            return new MappedGraph(mapped, header, vectors);
        }
        catch
        {
            mapped.Dispose();
            throw;
        }
    }

    /// <summary>Leaves a row out of every answer from now on.</summary>
    /// <returns>Whether it was in the graph and alive.</returns>
    public bool Remove(long row)
    {
        int node = new ReadOnlySpan<long>(State.Keys, State.UsedCount).BinarySearch(row);
        if (node < 0 || State.IsDead(node))
        {
            return false;
        }

        State.SetDead(node);
        Volatile.Write(ref _deadCount, _deadCount + 1);
        return true;
    }

    /// <inheritdoc cref="MappedDerivedFile.Retain"/>
    public void Retain() => _mapped.Retain();

    public void Release() => _mapped.Release();

    public void Dispose() => _mapped.Dispose();
}
