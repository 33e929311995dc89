using System.ComponentModel;
using System.Runtime.InteropServices;

namespace Akin.Kernels.TierProbe;

/// <summary>Floats between two pages that may not be touched: reading or writing beside them ends the process at once.</summary>
public sealed unsafe partial class GuardedMemory : IDisposable
{
    private const int ProtectNone = 0, ProtectReadWrite = 3, MapPrivateAnonymousLinux = 0x22, MapPrivateAnonymousMac = 0x1002;
    private const uint Commit = 0x1000, Reserve = 0x2000, Release = 0x8000, PageNoAccess = 0x01, PageReadWrite = 0x04;

    private readonly nint _start;
    private readonly nint _byteCount;
    private readonly float* _floats;
    private readonly int _length;

    /// <param name="length">Floats.</param>
    /// <param name="isAtEnd">Whether the guard follows the last float directly, or comes directly before the first.</param>
    public GuardedMemory(int length, bool isAtEnd = true)
    {
        nint page = Environment.SystemPageSize;
        nint inner = (((nint)length * sizeof(float)) + page - 1) / page * page;
        _length = length;
        _byteCount = inner + (2 * page);
        if (OperatingSystem.IsWindows())
        {
            _start = VirtualAlloc(0, _byteCount, Reserve | Commit, PageNoAccess);
            Require(_start != 0);
            Require(inner == 0 || VirtualProtect(_start + page, inner, PageReadWrite, out _));
        }
        else
        {
            int flags = OperatingSystem.IsMacOS() ? MapPrivateAnonymousMac : MapPrivateAnonymousLinux;
            _start = MemoryMap(0, _byteCount, ProtectNone, flags, -1, 0);
            Require(_start != -1);
            Require(inner == 0 || MemoryProtect(_start + page, inner, ProtectReadWrite) == 0);
        }

        _floats = (float*)(_start + page + (isAtEnd ? inner - ((nint)length * sizeof(float)) : 0));
    }

    /// <summary>Memory that holds a copy.</summary>
    public GuardedMemory(ReadOnlySpan<float> content, bool isAtEnd = true)
        : this(content.Length, isAtEnd) => content.CopyTo(Span);

    /// <summary>The floats.</summary>
    public Span<float> Span => new(_floats, _length);

    public void Dispose()
    {
        if (OperatingSystem.IsWindows())
        {
            VirtualFree(_start, 0, Release);
        }
        else
        {
            _ = MemoryUnmap(_start, _byteCount);
        }
    }

    private static void Require(bool succeeded)
    {
        if (!succeeded)
        {
            throw new Win32Exception(Marshal.GetLastPInvokeError());
        }
    }

    [LibraryImport("libc", EntryPoint = "mmap", SetLastError = true)]
    private static partial nint MemoryMap(nint address, nint length, int protection, int flags, int file, nint offset);

    [LibraryImport("libc", EntryPoint = "mprotect", SetLastError = true)]
    private static partial int MemoryProtect(nint address, nint length, int protection);

    [LibraryImport("libc", EntryPoint = "munmap", SetLastError = true)]
    private static partial int MemoryUnmap(nint address, nint length);

    [LibraryImport("kernel32", SetLastError = true)]
    private static partial nint VirtualAlloc(nint address, nint length, uint kind, uint protection);

    [LibraryImport("kernel32", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool VirtualProtect(nint address, nint length, uint protection, out uint old);

    [LibraryImport("kernel32", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool VirtualFree(nint address, nint length, uint kind);
}
