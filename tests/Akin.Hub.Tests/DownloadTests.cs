using System.Diagnostics;

namespace Akin.Hub.Tests;

/// <summary>Downloads over connections that break, stall and lie.</summary>
public sealed class DownloadTests : IDisposable
{
    private const string Weights = "model.safetensors";

    private readonly HubFixture _fixture = new();

    public DownloadTests() => _fixture.Hub.Files[Weights] = TinyHub.Weights(repeats: 8);

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public async Task Download_ThatBreaksAfterEveryFewBytes_ContinuesToTheEnd()
    {
        int size = _fixture.Hub.Files[Weights].Length;
        foreach (int step in new[] { 1, 7, 64, 1000, size - 1 })
        {
            using HubFixture fixture = new();
            fixture.Hub.Files[Weights] = TinyHub.Weights(repeats: step == 1 ? 1 : 8);
            fixture.Hub.Tamper = (request, answer) => request.Path.StartsWith("/storage", StringComparison.Ordinal) ? answer with { CutAfter = step } : answer;

            string path = await new ModelHub(fixture.Options).DownloadFileAsync(HubFixture.Id, Weights);

            Assert.Equal(fixture.Hub.Files[Weights], await File.ReadAllBytesAsync(path));
            Assert.Equal((fixture.Hub.Files[Weights].Length + step - 1) / step, fixture.TakeRequests().Count(request => request.StartsWith("GET /storage", StringComparison.Ordinal)));
        }
    }

    [Fact]
    public async Task Download_ThatGetsNoFurther_FailsAndKeepsWhatArrived_AndTheNextCallContinues()
    {
        _fixture.Hub.Tamper = (request, answer) =>
            request.Path.StartsWith("/storage", StringComparison.Ordinal) ? answer with { CutAfter = request.Header("Range") is null ? 100 : 0 } : answer;

        HubUnavailableException error = await Assert.ThrowsAsync<HubUnavailableException>(() => new ModelHub(_fixture.Options).DownloadModelAsync(HubFixture.Id));

        Assert.Contains("model.safetensors", error.Message, StringComparison.Ordinal);
        Assert.Contains("byte 100 of 2,048", error.Message, StringComparison.Ordinal);
        _fixture.AssertNothingHalfVisible(Weights);
        _fixture.TakeRequests();

        _fixture.Hub.Tamper = (_, answer) => answer;
        await new ModelHub(_fixture.Options).DownloadModelAsync(HubFixture.Id);

        Assert.Contains(_fixture.Hub.Log, entry => entry.Request.Header("Range") == "bytes=100-");
        Assert.Contains(Weights, _fixture.SnapshotFiles());
    }

    [Fact]
    public async Task Download_WhenCancelled_KeepsWhatArrivedAndContinues()
    {
        TaskCompletionSource never = new();
        using CancellationTokenSource cancellation = new();
        _fixture.Hub.Tamper = (request, answer) => request.Path.StartsWith("/storage", StringComparison.Ordinal) ? answer with { Pause = never.Task } : answer;
        Task<string> download = new ModelHub(_fixture.Options).DownloadModelAsync(HubFixture.Id, cancellationToken: cancellation.Token);
        while (!File.Exists(_fixture.Incomplete(Weights)) || new FileInfo(_fixture.Incomplete(Weights)).Length == 0)
        {
            await Task.Delay(5);
        }

        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => download);

        _fixture.AssertNothingHalfVisible(Weights);
        _fixture.Hub.Tamper = (_, answer) => answer;
        await new ModelHub(_fixture.Options).DownloadModelAsync(HubFixture.Id);
        Assert.Contains(_fixture.Hub.Log, entry => entry.Request.Header("Range") is not null);
        Assert.Contains(Weights, _fixture.SnapshotFiles());
    }

    [Fact]
    public async Task Download_WhoseProcessIsKilled_LeavesNothingHalfVisible_AndIsContinued()
    {
        TaskCompletionSource never = new();
        _fixture.Hub.Tamper = (request, answer) => request.Path.StartsWith("/storage", StringComparison.Ordinal) ? answer with { Pause = never.Task } : answer;
        using (Process process = ChildProcess.Start(_fixture.Hub, _fixture.Folder.Path))
        {
            string incomplete = _fixture.Incomplete(Weights);
            while (!File.Exists(incomplete) || new FileInfo(incomplete).Length < 1024)
            {
                Assert.False(process.HasExited);
                await Task.Delay(10);
            }

            process.Kill();
            await process.WaitForExitAsync();
        }

        _fixture.AssertNothingHalfVisible(Weights);
        _fixture.Hub.Tamper = (_, answer) => answer;
        await new ModelHub(_fixture.Options).DownloadModelAsync(HubFixture.Id);

        Assert.Contains(_fixture.Hub.Log, entry => entry.Request.Header("Range") == "bytes=1024-");
        Assert.Contains(Weights, _fixture.SnapshotFiles());
    }

    [Fact]
    public async Task Download_ByTwoProcessesAtOnce_FetchesEachFileOnce()
    {
        TaskCompletionSource pause = new();
        _fixture.Hub.Tamper = (request, answer) => request.Path.StartsWith("/storage", StringComparison.Ordinal) ? answer with { Pause = pause.Task } : answer;
        using Process first = ChildProcess.Start(_fixture.Hub, _fixture.Folder.Path);
        using Process second = ChildProcess.Start(_fixture.Hub, _fixture.Folder.Path);
        while (_fixture.Hub.Log.Count(entry => entry.Request.Path.Contains("/tree/", StringComparison.Ordinal) || entry.Request.Method == "HEAD") < 3)
        {
            await Task.Delay(10);
        }

        pause.SetResult();
        string[] folders = await Task.WhenAll(ChildProcess.FolderAsync(first), ChildProcess.FolderAsync(second));

        Assert.Equal([_fixture.Snapshot(), _fixture.Snapshot()], folders);
        Assert.Single(_fixture.TakeRequests(), request => request.StartsWith("GET /storage", StringComparison.Ordinal));
        Assert.Contains(Weights, _fixture.SnapshotFiles());
    }

    [Fact]
    public async Task Download_ByManyTasksAtOnce_FetchesEachFileOnce()
    {
        string[] folders = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => new ModelHub(_fixture.Options).DownloadModelAsync(HubFixture.Id))));

        Assert.All(folders, folder => Assert.Equal(_fixture.Snapshot(), folder));
        string[] gets = [.. _fixture.TakeRequests().Where(request => request.StartsWith("GET", StringComparison.Ordinal) && !request.Contains("/api/", StringComparison.Ordinal))];
        Assert.Equal(gets.Distinct().Order(), gets.Order());
        Assert.DoesNotContain(_fixture.Folder.Tree(), path => path.EndsWith(".incomplete", StringComparison.Ordinal) || path.EndsWith(".tmp", StringComparison.Ordinal));
        Assert.Equal(["config.json", Weights, "vocab.txt"], _fixture.SnapshotFiles());
    }

    [Fact]
    public async Task Download_WithAWrongChecksum_NamesFileExpectedAndFound_AndKeepsNothing()
    {
        string expected = _fixture.Hub.ETagOf(Weights);
        _fixture.Hub.Tamper = (request, answer) =>
        {
            if (request.Path.StartsWith("/storage", StringComparison.Ordinal))
            {
                answer.Body[5] ^= 1;
            }

            return answer;
        };

        // The answer's body is the hub's own array: what was announced before stays as it was.
        Task<string> Download() => new ModelHub(_fixture.Options).DownloadFileAsync(HubFixture.Id, Weights);
        ChecksumMismatchException error = await Assert.ThrowsAsync<ChecksumMismatchException>(Download);

        Assert.Equal((Weights, expected, _fixture.Hub.ETagOf(Weights)), (error.FileName, error.Expected, error.Found));
        Assert.Contains(error.Expected, error.Message, StringComparison.Ordinal);
        Assert.Contains(error.Found, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(_fixture.Folder.Tree(), path => path.Contains("blobs/", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Download_OfASmallFileWithAWrongChecksum_IsRefusedByGitsSha1()
    {
        _fixture.Hub.Tamper = (request, answer) => request.Method == "GET" ? answer with { Body = [.. answer.Body[..^1], (byte)'!'] } : answer;

        ChecksumMismatchException error = await Assert.ThrowsAsync<ChecksumMismatchException>(() => new ModelHub(_fixture.Options).DownloadFileAsync(HubFixture.Id, "vocab.txt"));

        Assert.Equal("d1fa58a435b32d6686f3ed0bbe86b7ef42480a57", error.Expected);
    }

    [Fact]
    public async Task Download_OverADamagedRest_StartsOnceMoreAndSucceeds()
    {
        Directory.CreateDirectory(Path.Combine(_fixture.Repository, "blobs"));
        await File.WriteAllBytesAsync(_fixture.Incomplete(Weights), new byte[1000]);

        string path = await new ModelHub(_fixture.Options).DownloadFileAsync(HubFixture.Id, Weights);

        Assert.Equal(_fixture.Hub.Files[Weights], await File.ReadAllBytesAsync(path));
        Assert.Equal(["bytes=1000-", null], _fixture.Hub.Log.Where(entry => entry.Request.Method == "GET").Select(entry => entry.Request.Header("Range")));
    }

    [Theory]
    [InlineData("ignores the range")]
    [InlineData("another place")]
    [InlineData("416")]
    public async Task Download_FromAServerThatDoesNotContinue_StartsAnewAndSucceeds(string fault)
    {
        Directory.CreateDirectory(Path.Combine(_fixture.Repository, "blobs"));
        await File.WriteAllBytesAsync(_fixture.Incomplete(Weights), _fixture.Hub.Files[Weights][..1000]);
        _fixture.Hub.Tamper = (request, answer) =>
        {
            if (answer.Status != 206)
            {
                return answer;
            }

            switch (fault)
            {
                case "ignores the range":
                    return new Answer(200, _fixture.Hub.Files[Weights]);
                case "416":
                    return TinyHub.Error(416);
                default:
                    answer.Headers["Content-Range"] = "bytes 999-2046/2048";
                    return answer;
            }
        };

        string path = await new ModelHub(_fixture.Options).DownloadFileAsync(HubFixture.Id, Weights);

        Assert.Equal(_fixture.Hub.Files[Weights], await File.ReadAllBytesAsync(path));
    }

    [Fact]
    public async Task Download_OfAnotherSizeThanAnnounced_IsRefused()
    {
        _fixture.Hub.Tamper = (request, answer) => request.Path.StartsWith("/storage", StringComparison.Ordinal) ? new Answer(200, new byte[4096]) : answer;

        ChecksumMismatchException error = await Assert.ThrowsAsync<ChecksumMismatchException>(() => new ModelHub(_fixture.Options).DownloadFileAsync(HubFixture.Id, Weights));

        Assert.Equal(("2,048 bytes", "4,096 bytes"), (error.Expected, error.Found));
        _fixture.AssertNothingHalfVisible(Weights);
    }

    [Fact]
    public async Task Download_OfMoreThanTheDiskHolds_SaysSoBeforeItBegins()
    {
        _fixture.Hub.Tamper = (request, answer) =>
        {
            if (answer.Headers.ContainsKey("X-Linked-Size"))
            {
                answer.Headers["X-Linked-Size"] = "4611686018427387904";
            }

            return answer;
        };

        DiskFullException error = await Assert.ThrowsAsync<DiskFullException>(() => new ModelHub(_fixture.Options).DownloadFileAsync(HubFixture.Id, Weights));

        Assert.Contains("4,611,686,018,427,387,904 bytes are needed", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(_fixture.TakeRequests(), request => request.StartsWith("GET", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Requests_AnsweredBusy_AreSentAgain()
    {
        HashSet<string> seen = [];
        _fixture.Hub.Tamper = (request, answer) => seen.Add(request.Path) ? TinyHub.Error(seen.Count % 2 == 0 ? 503 : 429, ("Retry-After", "0")) : answer;

        await new ModelHub(_fixture.Options).DownloadModelAsync(HubFixture.Id);

        Assert.Equal(["config.json", Weights, "vocab.txt"], _fixture.SnapshotFiles());
    }

    [Fact]
    public async Task Download_FromAServerThatFallsSilent_GivesUp()
    {
        // The listing is fetched with patience: of the impatient requests below, none is needed before the file's own, which a busy machine may make late too.
        HubOptions patient = _fixture.Options with { Revision = TinyHub.FirstCommit };
        await new ModelHub(patient with { IncludeWeights = false }).DownloadModelAsync(HubFixture.Id);
        TaskCompletionSource never = new();
        _fixture.Hub.Tamper = (request, answer) => request.Path.StartsWith("/storage", StringComparison.Ordinal) ? answer with { CutAfter = 0, Pause = never.Task } : answer;

        HubUnavailableException error = await Assert.ThrowsAsync<HubUnavailableException>(
            () => new ModelHub(patient with { Timeout = TimeSpan.FromMilliseconds(200) }).DownloadModelAsync(HubFixture.Id));

        Assert.Contains("broke off at byte 0", error.Message, StringComparison.Ordinal);
        Assert.Contains(Weights, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Token_IsSentToTheHubButNotToTheStorageItRedirectsTo()
    {
        await new ModelHub(_fixture.Options with { Token = " hf_secret\n" }).DownloadModelAsync(HubFixture.Id);

        Assert.All(
            _fixture.Hub.Log,
            entry => Assert.Equal(entry.Request.Path.StartsWith("/storage", StringComparison.Ordinal) ? null : "Bearer hf_secret", entry.Request.Header("Authorization")));
        Assert.Contains(_fixture.Hub.Log, entry => entry.Request.Path.StartsWith("/storage", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Progress_AddsUpToTheWholeModel()
    {
        List<DownloadProgress> reports = [];

        await new ModelHub(_fixture.Options).DownloadModelAsync(HubFixture.Id, new SynchronousProgress(reports.Add));

        long total = new[] { "config.json", "vocab.txt", Weights }.Sum(file => (long)_fixture.Hub.Files[file].Length);
        Assert.All(reports, report => Assert.Equal(total, report.TotalBytes));
        Assert.Equal(total, reports[^1].Bytes);
        Assert.Equal(reports.Select(report => report.Bytes).Order(), reports.Select(report => report.Bytes));
    }

    [Fact]
    public async Task Download_WithoutSymbolicLinks_LeavesPlainFilesThatAreFoundAgain()
    {
        HubSettings settings = HubSettings.From(_fixture.Options, name => name == "HF_HUB_DISABLE_SYMLINKS" ? "1" : null);
        ModelHub hub = new(settings);
        await hub.DownloadModelAsync(HubFixture.Id);
        await new ModelHub(settings with { Revision = "v1.0" }).DownloadFileAsync(HubFixture.Id, "vocab.txt");

        Assert.All(_fixture.Folder.Tree(), path => Assert.Null(new FileInfo(_fixture.Folder.Combine(path)).LinkTarget));
        Assert.Equal(["config.json", Weights, "vocab.txt"], _fixture.SnapshotFiles());
        _fixture.TakeRequests();
        await hub.DownloadModelAsync(HubFixture.Id);
        Assert.Single(_fixture.TakeRequests());
    }

    private sealed class SynchronousProgress(Action<DownloadProgress> report) : IProgress<DownloadProgress>
    {
        public void Report(DownloadProgress value) => report(value);
    }
}
