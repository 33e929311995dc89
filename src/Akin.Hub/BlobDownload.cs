using System.Buffers;
using System.Net;

namespace Akin.Hub;

/// <summary>
/// Reads one file from the hub. Its bytes go to a file <c>….incomplete</c>; only when size and checksum are right does it get its name. What a broken
/// download left is continued, by this process or a later one. The caller holds the lock of the file.
/// </summary>
internal sealed class BlobDownload(HubClient client, HubSettings settings, string repository)
{
    private const int BufferBytes = 1 << 18;

    /// <param name="file">What to read, with the size and checksum that it must have.</param>
    /// <param name="revision">The revision, for messages.</param>
    /// <param name="address">Where its bytes are; redirects are followed.</param>
    /// <param name="incomplete">Where its bytes are gathered, on the disk of <paramref name="destination"/>.</param>
    /// <param name="destination">Its name once it is complete.</param>
    /// <param name="progress">Told about every part.</param>
    /// <param name="cancellationToken">Stops reading; what arrived is kept.</param>
    public async Task RunAsync(
        RepositoryFile file, string revision, Uri address, string incomplete, string destination, TransferProgress progress, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(incomplete)!);
        try
        {
            for (bool isResumed = File.Exists(incomplete); ; isResumed = false)
            {
                await FillAsync(incomplete, file, revision, address, progress, cancellationToken).ConfigureAwait(false);
                if (await FindMismatchAsync(incomplete, file, cancellationToken).ConfigureAwait(false) is not { } found)
                {
                    break;
                }

                // What an earlier process left may be damaged (a crash can leave zeros): then once more from the start.
                File.Delete(incomplete);
                if (!isResumed)
                {
                    throw new ChecksumMismatchException(repository, file.Path, file.ETag, found);
                }
            }
        }
        catch (ChecksumMismatchException)
        {
            File.Delete(incomplete);
            throw;
        }
        catch (IOException error) when (IsDiskFull(error))
        {
            throw new DiskFullException(file.Path, Path.GetDirectoryName(incomplete)!, null, null, error);
        }

        Directory.CreateDirectory(Path.GetDirectoryName(destination)!);
        File.Move(incomplete, destination, overwrite: true);
    }

    private static async Task<string?> FindMismatchAsync(string path, RepositoryFile file, CancellationToken cancellationToken)
    {
        if (!ContentHash.IsChecksum(file.ETag))
        {
            return null; // a mirror with tags of its own: the size, checked while reading, is all there is
        }

        string found = await ContentHash.ComputeAsync(path, file.ETag, cancellationToken).ConfigureAwait(false);
        return found == file.ETag ? null : found;
    }

    private async Task FillAsync(string path, RepositoryFile file, string revision, Uri address, TransferProgress progress, CancellationToken cancellationToken)
    {
        await using FileStream stream = new(path, FileMode.OpenOrCreate, FileAccess.Write, FileShare.Read, bufferSize: 0, FileOptions.Asynchronous);
        if (stream.Length > file.SizeBytes)
        {
            stream.SetLength(0);
        }

        CheckRoom(file, stream.Length, Path.GetDirectoryName(path)!);
        stream.Position = stream.Length;
        progress.Report(file.Path, stream.Position, file.SizeBytes, always: true);
        int failureCount = 0;
        while (stream.Position < file.SizeBytes)
        {
            long start = stream.Position;
            try
            {
                using HttpResponseMessage response =
                    await client.OpenAsync(repository, revision, file.Path, address, start, cancellationToken).ConfigureAwait(false);
                if (Continues(response, file, ref start))
                {
                    stream.Position = start;
                    stream.SetLength(start);
                    await CopyAsync(response, stream, file, progress, cancellationToken).ConfigureAwait(false);
                }
                else
                {
                    stream.SetLength(0);
                    throw new HubUnavailableException($"The server does not continue '{file.Path}' at byte {start}.", response.StatusCode);
                }
            }
            catch (HubUnavailableException error) when (error.StatusCode is null || (int)error.StatusCode is 200 or 206 or 408 or 416 or 429 or >= 500)
            {
                failureCount = stream.Position > start ? 1 : failureCount + 1;
                if (failureCount > settings.RetryCount)
                {
                    throw new HubUnavailableException(
                        $"'{file.Path}' of '{repository}' broke off at byte {stream.Position:N0} of {file.SizeBytes:N0}: {error.Message} What arrived is kept; run the same again to go on.",
                        error.StatusCode, error);
                }

                await Task.Delay(client.DelayBefore(failureCount - 1), cancellationToken).ConfigureAwait(false);
            }
        }

        stream.Flush(flushToDisk: true); // the name that it gets next must never stand for lost bytes
    }

    // Whether the answer's bytes belong at `start`; an answer 200 to a Range is the whole file, which starts at 0.
    private bool Continues(HttpResponseMessage response, RepositoryFile file, ref long start)
    {
        if (response.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable)
        {
            return false;
        }

        if (response.StatusCode != HttpStatusCode.PartialContent)
        {
            start = 0;
        }
        else if (response.Content.Headers.ContentRange is not { Unit: "bytes" } range || range.From != start)
        {
            return false;
        }

        if (response.Content.Headers.ContentLength is { } length && start + length != file.SizeBytes)
        {
            throw new ChecksumMismatchException(repository, file.Path, $"{file.SizeBytes:N0} bytes", $"{start + length:N0} bytes");
        }

        return true;
    }

    private async Task CopyAsync(HttpResponseMessage response, FileStream stream, RepositoryFile file, TransferProgress progress, CancellationToken cancellationToken)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            using Stream body = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
            while (stream.Position < file.SizeBytes)
            {
                // Never more than was announced, however much the server sends.
                int wanted = (int)Math.Min(BufferBytes, file.SizeBytes - stream.Position);
                int count = await ReadAsync(body, buffer.AsMemory(0, wanted), cancellationToken).ConfigureAwait(false);
                await stream.WriteAsync(buffer.AsMemory(0, count), CancellationToken.None).ConfigureAwait(false);
                progress.Report(file.Path, stream.Position, file.SizeBytes);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private async Task<int> ReadAsync(Stream body, Memory<byte> buffer, CancellationToken cancellationToken)
    {
        using CancellationTokenSource silence = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        silence.CancelAfter(settings.Timeout);
        try
        {
            int count = await body.ReadAsync(buffer, silence.Token).ConfigureAwait(false);
            return count > 0 ? count : throw new HubUnavailableException("The server ended its answer too early.");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new HubUnavailableException($"The server fell silent for {settings.Timeout.TotalSeconds:0.#} seconds.");
        }
        catch (IOException error) when (error is not HubException)
        {
            throw new HubUnavailableException($"The connection broke: {error.Message}", innerException: error);
        }
    }

    private static void CheckRoom(RepositoryFile file, long presentBytes, string folder)
    {
        long free;
        try
        {
            free = new DriveInfo(folder).AvailableFreeSpace;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return; // a place that does not tell: writing will
        }

        if (file.SizeBytes - presentBytes > free)
        {
            throw new DiskFullException(file.Path, folder, file.SizeBytes - presentBytes, free);
        }
    }

    // ENOSPC, and EDQUOT of Linux and macOS; ERROR_HANDLE_DISK_FULL and ERROR_DISK_FULL of Windows.
    private static bool IsDiskFull(IOException error) =>
        error is not HubException && (error.HResult is 28 or 122 or 69 or unchecked((int)0x80070027) or unchecked((int)0x80070070));
}
