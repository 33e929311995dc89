using System.Runtime.InteropServices;

namespace Akin.Search.Graph;

/// <summary>
/// Asks Linux to back memory by pages of 2 MB. A walk through a graph jumps to another page with every vector; where pages have 4 KB, the processor looks the address up in memory each time.
/// </summary>
internal static partial class HugePages
{
    // Linux's MADV_HUGEPAGE.
    private const int Advice = 14;

    // Less is found without it.
    private const nint LeastBytes = 4 << 20;

    /// <summary>To be called before the memory is written. It is advice: where the system has no such pages or no such call, nothing happens.</summary>
    public static unsafe void Advise(void* start, nint byteCount)
    {
        if (!OperatingSystem.IsLinux() || byteCount < LeastBytes)
        {
            return;
        }

        nint page = Environment.SystemPageSize;
        nint first = ((nint)start + page - 1) & -page, end = ((nint)start + byteCount) & -page;
        try
        {
            _ = Madvise(first, end - first, Advice);
        }
        catch (Exception error) when (error is DllNotFoundException or EntryPointNotFoundException)
        {
            // A system without this C library.
        }
    }

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int Madvise(nint start, nint byteCount, int advice);
}
