using System.IO.MemoryMappedFiles;

namespace Akin.Models.Checkpoints;

/// <summary>
/// A whole file mapped for reading. Every access is checked against the length found when the file was mapped, and keeps the mapping
/// alive until it is done, so that disposing during a read on another thread cannot pull the memory away.
/// The file must not be cut shorter while it is mapped: no reader of mapped files can survive that (writers that replace the file,
/// as <see cref="AtomicFile"/> does, are harmless).
/// </summary>
internal sealed class MappedFile : IDisposable
{
    private readonly MemoryMappedFile? _mapping;
    private readonly MemoryMappedViewAccessor? _view;
    private bool _disposed;

    private MappedFile(string path, long length, MemoryMappedFile? mapping, MemoryMappedViewAccessor? view)
    {
        Path = path;
        Length = length;
        _mapping = mapping;
        _view = view;
    }

    public string Path { get; }

    /// <summary>Bytes of the file.</summary>
    public long Length { get; }

    /// <exception cref="CheckpointException">The file is missing or not readable.</exception>
    public static MappedFile Open(string path)
    {
        try
        {
            using FileStream stream = new(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete);
            long length = stream.Length;
            if (length == 0)
            {
                return new MappedFile(path, 0, null, null); // an empty file cannot be mapped
            }

            MemoryMappedFile mapping = MemoryMappedFile.CreateFromFile(stream, null, length, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: false);
            return new MappedFile(path, length, mapping, mapping.CreateViewAccessor(0, length, MemoryMappedFileAccess.Read));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            string found = exception is FileNotFoundException or DirectoryNotFoundException ? "no such file" : exception.Message;
            throw new CheckpointException(path, null, found, "a readable file", "Check the path and its permissions, or fetch the model again.", exception);
        }
    }

    /// <summary>A part of the file. The caller has validated offset and length against <see cref="Length"/>; a mistake there is a bug.</summary>
    public Bytes Rent(long offset, int length)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(offset, Length - length);
        return new Bytes(length == 0 ? null : _view, offset, length);
    }

    /// <summary>Converts a run of elements to floats. The caller has validated that they lie inside the file.</summary>
    /// <param name="offset">Byte of the first element.</param>
    /// <param name="dtype">Type of the elements.</param>
    /// <param name="destination">Receives as many elements as it is long.</param>
    /// <param name="inspect">Is given every byte read, in order.</param>
    public void ReadElements(long offset, TensorDType dtype, Span<float> destination, Action<ReadOnlySpan<byte>>? inspect = null)
    {
        const int PieceElements = 1 << 24; // so that the bytes of a piece can be counted by an int
        for (int start = 0; start < destination.Length; start += PieceElements)
        {
            Span<float> piece = destination.Slice(start, Math.Min(PieceElements, destination.Length - start));
            using Bytes bytes = Rent(offset + ((long)start * dtype.SizeBytes()), piece.Length * dtype.SizeBytes());
            ElementConversion.ToSingle(dtype, bytes.Span, piece);
            inspect?.Invoke(bytes.Span);
        }
    }

    public void Dispose()
    {
        _disposed = true;
        _view?.Dispose();
        _mapping?.Dispose();
    }

    /// <summary>A span over mapped memory, valid until it is disposed.</summary>
    public readonly unsafe ref struct Bytes : IDisposable
    {
        private readonly MemoryMappedViewAccessor? _view;

        internal Bytes(MemoryMappedViewAccessor? view, long offset, int length)
        {
            _view = view;
            if (view is null)
            {
                return;
            }

            byte* start = null;
            view.SafeMemoryMappedViewHandle.AcquirePointer(ref start); // throws ObjectDisposedException once the view is closed
            Span = new ReadOnlySpan<byte>(start + view.PointerOffset + offset, length);
        }

        public ReadOnlySpan<byte> Span { get; }

        public void Dispose() => _view?.SafeMemoryMappedViewHandle.ReleasePointer();
    }
}
