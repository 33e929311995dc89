namespace Akin.Search.Storage;

/// <summary>Tells a full disk from the other errors of the operating system.</summary>
internal static class DiskErrors
{
    // ENOSPC and EFBIG are the same on Linux and macOS; EDQUOT is 122 and 69.
    private static readonly int[] UnixCodes = [27, 28, 69, 122];

    // ERROR_HANDLE_DISK_FULL, ERROR_DISK_FULL, ERROR_DISK_QUOTA_EXCEEDED as HRESULTs.
    private static readonly int[] WindowsCodes = [unchecked((int)0x8007_0027), unchecked((int)0x8007_0070), unchecked((int)0x8007_050F)];

    public static bool IsDiskFull(Exception error) => error is IOException && (OperatingSystem.IsWindows() ? WindowsCodes : UnixCodes).Contains(error.HResult);
}
