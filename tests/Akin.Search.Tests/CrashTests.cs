using System.Diagnostics;
using Akin.Search.CrashProbe;
using Akin.Search.Storage;
using Xunit.Abstractions;

namespace Akin.Search.Tests;

/// <summary>Real processes that are killed, run out of disk, or write at the same time.</summary>
public sealed class CrashTests(ITestOutputHelper output) : IDisposable
{
    private readonly TemporaryFolder _temporary = new();

    private string Folder => _temporary["index.akin"];

    public void Dispose() => _temporary.Dispose();

    [Fact]
    public async Task Kill_AtRandomMoments_LosesNothingAcknowledged()
    {
        // 1,000 by hand: AKIN_KILLS=1000.
        int rounds = int.TryParse(Environment.GetEnvironmentVariable("AKIN_KILLS"), out int wanted) ? wanted : 6;
        Random random = new(20261121);
        ProbeLedger ledger = new();
        for (int round = 0; round < rounds; round++)
        {
            using Probe probe = Probe.Start("churn", Folder, random.Next().ToString());
            await (round % 2 == 0 ? probe.FirstAcknowledgement : probe.FirstWrite).Task.WaitAsync(TimeSpan.FromSeconds(60));
            await Task.Delay(random.Next(250));
            ledger.Follow(await probe.KillAsync());
            Assert.True(string.IsNullOrEmpty(await probe.Errors), await probe.Errors);
            ledger.Check(Folder);
        }

        output.WriteLine($"{rounds} kills, {ledger.AcknowledgedBatches} acknowledged batches, {ledger.WholeLastBatches} batches stored whole that were not acknowledged");
        Assert.True(ledger.AcknowledgedBatches >= rounds / 2, $"Only {ledger.AcknowledgedBatches} batches were acknowledged in all.");
    }

    [Fact]
    public async Task Kill_WhileTheIndexIsCreated_LeavesAnIndexOrNone()
    {
        Random random = new(5);
        for (int round = 0; round < 8; round++)
        {
            string folder = _temporary[$"index{round}.akin"];
            using Probe probe = Probe.Start("write", folder, "a", "1");
            while (!Directory.Exists(folder))
            {
                await Task.Delay(1);
            }

            await Task.Delay(random.Next(30));
            ProbeLedger ledger = new();
            ledger.Follow(await probe.KillAsync());
            ledger.Check(folder);
        }
    }

    [Fact]
    public async Task Writers_TwoProcessesWhileAThirdCompacts_AllFinishAndNothingIsLost()
    {
        using Probe first = Probe.Start("write", Folder, "a", "150");
        using Probe second = Probe.Start("write", Folder, "b", "150");
        await first.FirstWrite.Task;
        using Probe third = Probe.Start("compact", Folder, "5");
        await Task.WhenAll(first.WaitAsync(), second.WaitAsync(), third.WaitAsync());
        Assert.Equal("", await first.Errors + await second.Errors + await third.Errors);
        Assert.Equal(0, third.ExitCode);
        using DocumentStore store = DocumentStore.Open(Folder);
        store.Verify();
        Assert.Equal(
            new[] { "a", "b" }.SelectMany(prefix => Enumerable.Range(0, 150).Select(i => prefix + i)).Order(),
            store.Enumerate().Select(document => document.Id).Order());
    }

    [Fact]
    public async Task DiskFull_ByAFileSizeLimit_KeepsWhatWasAcknowledgedAndGoesOnAfterwards()
    {
        if (OperatingSystem.IsWindows())
        {
            return; // ulimit is a matter of Unix; the other test of a full disk covers the same code.
        }

        // SIGXFSZ is ignored, so that a write beyond the limit is an error and not the end of the process.
        using Probe probe = Probe.StartUnder("trap '' XFSZ; ulimit -f 600; exec \"$@\"", "fill", Folder);
        await CheckFullThenUsable(probe, Folder);
    }

    [TemporaryDiskFact]
    public async Task DiskFull_OnASmallDisk_KeepsWhatWasAcknowledgedAndGoesOnAfterwards()
    {
        string disk = Directory.CreateDirectory(_temporary["disk"]).FullName;
        string folder = Path.Combine(disk, "index.akin");
        TemporaryDiskFactAttribute.Mount(disk, "size=1500k");
        try
        {
            using Probe probe = Probe.Start("fill", folder);
            await CheckFullThenUsable(probe, folder, () => TemporaryDiskFactAttribute.Mount(disk, "remount,size=60m"));
        }
        finally
        {
            TemporaryDiskFactAttribute.Unmount(disk);
        }
    }

    private static async Task CheckFullThenUsable(Probe probe, string folder, Action? makeRoom = null)
    {
        string[] lines = await probe.WaitAsync();
        Assert.Equal("", await probe.Errors);
        Assert.Equal("full True IndexStorageException", lines[^1]);
        Assert.Equal(3, probe.ExitCode);
        ProbeLedger ledger = new();
        ledger.Follow(lines);
        Assert.True(ledger.AcknowledgedBatches > 0);
        // Reading needs no room.
        ledger.Check(folder);
        makeRoom?.Invoke();
        using DocumentStore store = DocumentStore.Open(folder);
        using VectorIndex index = new(store);
        store.Upsert([.. Enumerable.Range(0, 2000).Select(i => ProbeDocuments.Entry("more" + i, 2))]);
        Assert.True(index.Publish());
        Assert.Equal("more1999", index.Search(ProbeDocuments.Vector("more1999", 2), 1)[0].Document.Id);
        store.Verify();
    }

    /// <summary>A test that mounts a small disk in memory: skipped, with the reason shown, where that is not permitted.</summary>
    private sealed class TemporaryDiskFactAttribute : FactAttribute
    {
        public TemporaryDiskFactAttribute()
        {
            string folder = Directory.CreateTempSubdirectory("akin-mount-").FullName;
            try
            {
                Mount(folder, "size=64k");
                Unmount(folder);
            }
            catch (Exception error) when (error is InvalidOperationException or System.ComponentModel.Win32Exception)
            {
                Skip = $"Needs the right to mount a disk in memory: {error.Message}";
            }
            finally
            {
                Directory.Delete(folder);
            }
        }

        public static void Mount(string folder, string options) => Run("mount", "-t", "tmpfs", "-o", options, "tmpfs", folder);

        public static void Unmount(string folder) => Run("umount", folder);

        private static void Run(string program, params string[] arguments)
        {
            using Process process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
            string error = process.StandardError.ReadToEnd();
            process.WaitForExit();
            if (process.ExitCode != 0)
            {
                throw new InvalidOperationException(error.Trim());
            }
        }
    }
}
