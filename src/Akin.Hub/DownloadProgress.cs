namespace Akin.Hub;

/// <summary>How far a download has come: the file being read, and all files of the call together.</summary>
/// <param name="File">Name of the file inside the repository, with forward slashes.</param>
/// <param name="FileBytes">Bytes of that file that are on disk.</param>
/// <param name="FileTotalBytes">Size of that file in bytes, or <see langword="null"/> when the server does not tell.</param>
/// <param name="Bytes">Bytes of all files of the call that are on disk, those found in the cache included.</param>
/// <param name="TotalBytes">Size of all files of the call in bytes, or <see langword="null"/> when it is not known.</param>
public readonly record struct DownloadProgress(string File, long FileBytes, long? FileTotalBytes, long Bytes, long? TotalBytes);
