using System.Buffers;
using System.IO.MemoryMappedFiles;
using System.Runtime.InteropServices;
using Akin.Kernels;
using Microsoft.Win32.SafeHandles;

namespace Akin.Models.Checkpoints;

/// <summary>
/// A file of weights: mapped, so that its header or pickle can be parsed where it lies, while elements are read straight to where they are
/// needed. Weights that are read through a mapping would count as memory of the process until it is closed, cost a page fault for every
/// few kilobytes, and kill the process when the file is cut shorter meanwhile; a read that finds less than was there is an error.
/// Every access is checked against the length found when the file was opened. Reading is safe from several threads at once, and while
/// another thread disposes the file.
/// </summary>
internal sealed class MappedFile : IDisposable
{
    private readonly SafeFileHandle _handle;
    private readonly MemoryMappedFile? _mapping;
    private readonly MemoryMappedViewAccessor? _view;
    private bool _disposed;

    private MappedFile(string path, long length, SafeFileHandle handle, MemoryMappedFile? mapping, MemoryMappedViewAccessor? view)
    {
        Path = path;
        Length = length;
        _handle = handle;
        _mapping = mapping;
        _view = view;
    }

    public string Path { get; }

    /// <summary>Bytes of the file.</summary>
    public long Length { get; }

    /// <exception cref="CheckpointException">The file is missing or not readable.</exception>
    public static MappedFile Open(string path)
    {
        SafeFileHandle? handle = null;
        try
        {
            handle = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete);
            long length = RandomAccess.GetLength(handle);
            if (length == 0)
            {
                return new MappedFile(path, 0, handle, null, null); // an empty file cannot be mapped
            }

            MemoryMappedFile mapping = MemoryMappedFile.CreateFromFile(handle, null, length, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: true);
            return new MappedFile(path, length, handle, mapping, mapping.CreateViewAccessor(0, length, MemoryMappedFileAccess.Read));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            handle?.Dispose();
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

    /// <summary>Reads a run of elements as floats, in pieces on all threads. The caller has validated that they lie inside the file.</summary>
    /// <param name="offset">Byte of the first element.</param>
    /// <param name="dtype">Type of the elements.</param>
    /// <param name="destination">Receives as many elements as it is long.</param>
    /// <param name="inspect">Is given every byte read, in order; the reading is left to the calling thread then.</param>
    /// <exception cref="CheckpointException">The file was cut shorter since it was opened, or the disk fails.</exception>
    public unsafe void ReadElements(long offset, TensorDType dtype, Span<float> destination, Action<ReadOnlySpan<byte>>? inspect = null)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(offset, Length - ((long)destination.Length * dtype.SizeBytes()));
        fixed (float* start = destination)
        {
            PieceReader reader = new(this, offset, dtype, start, destination.Length, inspect);
            (inspect is null ? WorkerPool.Shared : WorkerPool.Serial).For(reader.PieceCount, ref reader);
        }
    }

    /// <summary>Reads a matrix of <see cref="RowScaledBytes"/> as floats, rows side by side on all threads. The caller has validated that it lies inside the file.</summary>
    /// <param name="offset">The first byte.</param>
    /// <param name="scales">The scales of the rows, <c>[rows]</c>.</param>
    /// <param name="destination">Receives <c>[rows, columns]</c>.</param>
    /// <exception cref="CheckpointException">The file was cut shorter since it was opened, or the disk fails.</exception>
    public unsafe void ReadScaledRows(long offset, ReadOnlySpan<float> scales, Span<float> destination)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(offset, Length - destination.Length);
        fixed (float* start = destination, scale = scales)
        {
            ScaledRowReader reader = new(this, offset, scale, scales.Length, start, destination.Length / Math.Max(scales.Length, 1));
            WorkerPool.Shared.For(reader.PieceCount, ref reader);
        }
    }

    public void Dispose()
    {
        _disposed = true;
        _view?.Dispose();
        _mapping?.Dispose();
        _handle.Dispose();
    }

    /// <summary>Reads bytes to where they are needed. The caller has validated that they lie inside the file.</summary>
    /// <param name="offset">The first byte.</param>
    /// <param name="destination">Receives as many as it is long.</param>
    /// <exception cref="CheckpointException">The file was cut shorter since it was opened, or the disk fails.</exception>
    public void ReadBytes(long offset, Span<byte> destination)
    {
        try
        {
            for (int done = 0; done < destination.Length;)
            {
                int count = RandomAccess.Read(_handle, destination[done..], offset + done);
                if (count == 0)
                {
                    throw new CheckpointException(
                        Path, null, $"the end of the file at byte {RandomAccess.GetLength(_handle)}", $"{Length} bytes, as when it was opened", "Something shortened the file: fetch it again.");
                }

                done += count;
            }
        }
        catch (IOException exception)
        {
            throw new CheckpointException(Path, null, exception.Message, "a readable file", "Check the disk, or fetch the model again.", exception);
        }
    }

    /// <summary>Reads a large tensor piece by piece: the memory of a piece is touched for the first time by the thread that fills it.</summary>
    private readonly unsafe struct PieceReader(MappedFile file, long offset, TensorDType dtype, float* destination, int length, Action<ReadOnlySpan<byte>>? inspect)
        : IParallelBody
    {
        public const int PieceElements = 1 << 18;

        public int PieceCount => (int)(((long)length + PieceElements - 1) / PieceElements);

        public void Execute(int taskIndex)
        {
            int first = taskIndex * PieceElements;
            Span<float> piece = new(destination + first, Math.Min(PieceElements, length - first));
            long start = offset + ((long)first * dtype.SizeBytes());
            if (dtype == TensorDType.F32)
            {
                file.ReadBytes(start, MemoryMarshal.AsBytes(piece));
                inspect?.Invoke(MemoryMarshal.AsBytes(piece));
                return;
            }

            byte[] stored = ArrayPool<byte>.Shared.Rent(piece.Length * dtype.SizeBytes());
            try
            {
                Span<byte> bytes = stored.AsSpan(0, piece.Length * dtype.SizeBytes());
                file.ReadBytes(start, bytes);
                inspect?.Invoke(bytes);
                ElementConversion.ToSingle(dtype, bytes, piece);
            }
            finally
            {
                ArrayPool<byte>.Shared.Return(stored);
            }
        }
    }

    /// <summary>The same for rows with a scale each: pieces are whole rows.</summary>
    private readonly unsafe struct ScaledRowReader(MappedFile file, long offset, float* scales, int rowCount, float* destination, int columnCount) : IParallelBody
    {
        private readonly int _rowsPerPiece = Math.Max(1, PieceReader.PieceElements / Math.Max(columnCount, 1));

        public int PieceCount => (int)(((long)rowCount + _rowsPerPiece - 1) / _rowsPerPiece);

        public void Execute(int taskIndex)
        {
            int first = taskIndex * _rowsPerPiece, count = Math.Min(_rowsPerPiece, rowCount - first), length = count * columnCount;
            long start = (long)first * columnCount;
            byte[] stored = ArrayPool<byte>.Shared.Rent(length);
            try
            {
                file.ReadBytes(offset + start, stored.AsSpan(0, length));
                for (int row = 0; row < count; row++)
                {
                    RowScaledMatrix.Widen(stored.AsSpan(row * columnCount, columnCount), scales[first + row], new Span<float>(destination + start + (row * columnCount), columnCount));
                }
            }
            finally
            {
                ArrayPool<byte>.Shared.Return(stored);
            }
        }
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
