using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Akin.Kernels;

/// <summary>Floats outside the managed heap, aligned to a cache line, freed with their owner.</summary>
/// <remarks>Users of <see cref="Pointer"/> keep the owner alive (<see cref="GC.KeepAlive"/>).</remarks>
internal sealed unsafe class NativeBuffer : SafeHandleZeroOrMinusOneIsInvalid
{
    /// <summary>Bytes of a cache line, and of the widest vector.</summary>
    public const int Alignment = 64;

    [ThreadStatic]
    private static NativeBuffer?[]? s_scratch;

    private readonly long _byteCount;

    /// <param name="length">Floats, all zero. Large buffers come as fresh pages, which no memory stands behind until they are touched.</param>
    public NativeBuffer(long length)
        : base(ownsHandle: true)
    {
        Length = length;
        _byteCount = (length * sizeof(float)) + Alignment;
        SetHandle((nint)NativeMemory.AllocZeroed((nuint)_byteCount));
        Pointer = (float*)((handle + (Alignment - 1)) & -Alignment);
        GC.AddMemoryPressure(_byteCount);
    }

    /// <summary>Floats in the buffer.</summary>
    public long Length { get; }

    /// <summary>The first float.</summary>
    public float* Pointer { get; }

    /// <summary>Working memory of the calling thread, kept and grown from call to call; its content is undefined.</summary>
    /// <param name="use">Which of the thread's buffers: uses that overlap in time must differ.</param>
    /// <param name="length">Floats needed.</param>
    public static float* Scratch(ScratchUse use, long length)
    {
        NativeBuffer?[] buffers = s_scratch ??= new NativeBuffer?[(int)ScratchUse.Count];
        NativeBuffer? buffer = buffers[(int)use];
        if (buffer is null || buffer.Length < length)
        {
            buffer?.Dispose();
            buffers[(int)use] = buffer = new NativeBuffer(Math.Max(length, 2 * (buffer?.Length ?? 0)));
        }

        return buffer.Pointer;
    }

    /// <inheritdoc/>
    protected override bool ReleaseHandle()
    {
        NativeMemory.Free((void*)handle);
        GC.RemoveMemoryPressure(_byteCount);
        return true;
    }
}
