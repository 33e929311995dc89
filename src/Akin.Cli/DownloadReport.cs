using Akin.Hub;

namespace Akin.Cli;

/// <summary>Progress of fetching a model, in megabytes; its size is known with the first report.</summary>
internal sealed class DownloadReport(CommandContext context) : IProgress<DownloadProgress>, IDisposable
{
    private const long Megabyte = 1_000_000;

    private ProgressReport? _report;

    public void Report(DownloadProgress value)
    {
        _report ??= context.Progress("Downloading", "MB", value.TotalBytes / Megabyte);
        _report.Report(value.Bytes / Megabyte);
    }

    public void Dispose() => _report?.Dispose();
}
