namespace Akin.Hub;

/// <summary>Adds up the files of one call and tells the caller, about once a megabyte.</summary>
internal sealed class TransferProgress(IProgress<DownloadProgress>? sink, long? totalBytes)
{
    private const long StepBytes = 1 << 20;

    private long _finishedBytes, _reportedBytes = -1;

    /// <summary>A file is complete, freshly read or found in the cache.</summary>
    public void Finish(RepositoryFile file)
    {
        Report(file.Path, file.SizeBytes, file.SizeBytes, always: true);
        _finishedBytes += file.SizeBytes;
        _reportedBytes = -1;
    }

    /// <summary>So many bytes of a file are on disk.</summary>
    public void Report(string file, long fileBytes, long fileTotalBytes, bool always = false)
    {
        if (sink is not null && (always || _reportedBytes < 0 || Math.Abs(fileBytes - _reportedBytes) >= StepBytes))
        {
            _reportedBytes = fileBytes;
            sink.Report(new DownloadProgress(file, fileBytes, fileTotalBytes, _finishedBytes + fileBytes, totalBytes));
        }
    }
}
