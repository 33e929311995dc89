using System.IO.MemoryMappedFiles;
using System.Runtime.InteropServices;
using Akin.Kernels;

namespace Akin.Search.Storage;

/// <summary>A derived file mapped into memory.</summary>
internal sealed unsafe class MappedDerivedFile : IDisposable
{
    private readonly MemoryMappedFile _file;
    private readonly MemoryMappedViewAccessor _view;

    private MappedDerivedFile(MemoryMappedFile file, MemoryMappedViewAccessor view)
    {
        _file = file;
        _view = view;
        byte* start = null;
        view.SafeMemoryMappedViewHandle.AcquirePointer(ref start);
        Start = start + view.PointerOffset;
    }

    /// <summary>The first byte of the file.</summary>
    public byte* Start { get; }

    /// <summary>Maps the beginning of a file.</summary>
    /// <param name="stream">The file; may be closed afterwards.</param>
    /// <param name="length">How much of it.</param>
    /// <param name="access">Whether the process may write into its own view of it.</param>
    public static MappedDerivedFile Of(FileStream stream, long length, MemoryMappedFileAccess access)
    {
        MemoryMappedFile file = MemoryMappedFile.CreateFromFile(stream, null, 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: true);
        try
        {
            return new MappedDerivedFile(file, file.CreateViewAccessor(0, length, access));
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Maps a whole file and checks all of it.</summary>
    /// <param name="stream">The file; may be closed afterwards.</param>
    /// <param name="checksumsOffset">Where the content ends, as the header says, which fits the length of the file.</param>
    /// <param name="checksumsChecksum">The checksum of the checksums, as the header says.</param>
    /// <param name="pool">The threads that compute checksums.</param>
    /// <param name="access">Whether the process may write into its own view of it. Default: no.</param>
    /// <exception cref="InvalidDataException">The content is damaged; the message is the finding.</exception>
    public static MappedDerivedFile Checked(
        FileStream stream, long checksumsOffset, uint checksumsChecksum, WorkerPool pool, MemoryMappedFileAccess access = MemoryMappedFileAccess.Read)
    {
        MappedDerivedFile mapped = Of(stream, DerivedFileFormat.FileBytes(checksumsOffset), access);
        try
        {
            ReadOnlySpan<uint> checksums = new(mapped.Start + checksumsOffset, DerivedFileFormat.BlockCount(checksumsOffset));
            if (Checksum.Of(MemoryMarshal.AsBytes(checksums)) != checksumsChecksum)
            {
                throw new InvalidDataException("its checksums are damaged");
            }

            int damaged = checksums.CommonPrefixLength(BlockChecksums.Compute(mapped.Start, checksumsOffset, pool));
            return damaged == checksums.Length ? mapped : throw new InvalidDataException($"block {damaged} of {checksums.Length} does not match its checksum");
        }
        catch
        {
            mapped.Dispose();
            throw;
        }
    }

    /// <summary>Keeps the mapping alive until <see cref="Release"/>, even when it is disposed meanwhile.</summary>
    public void Retain()
    {
        bool added = false;
        _view.SafeMemoryMappedViewHandle.DangerousAddRef(ref added);
    }

    public void Release() => _view.SafeMemoryMappedViewHandle.DangerousRelease();

    public void Dispose()
    {
        _view.SafeMemoryMappedViewHandle.ReleasePointer();
        _view.Dispose();
        _file.Dispose();
    }
}
