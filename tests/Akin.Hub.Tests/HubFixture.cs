namespace Akin.Hub.Tests;

/// <summary>A tiny hub with an empty cache.</summary>
public sealed class HubFixture : IDisposable
{
    public const string Id = TinyHub.Repository;

    public TinyHub Hub { get; } = new();

    public TemporaryFolder Folder { get; } = new();

    public HubOptions Options => new()
    {
        Endpoint = Hub.Address,
        CacheFolder = Folder.Path,
        Token = "",
        RetryCount = 2,
        RetryDelay = TimeSpan.FromMilliseconds(1),
        Timeout = TimeSpan.FromMinutes(1),
    };

    public string Repository => Folder.Combine("models--akin-labs--tiny-model");

    public string Snapshot(string commit = TinyHub.FirstCommit) => Path.Combine(Repository, "snapshots", commit);

    /// <summary>Where the bytes of a file gather while it is downloaded.</summary>
    public string Incomplete(string file) => Path.Combine(Repository, "blobs", Hub.ETagOf(file) + ".incomplete");

    /// <summary>Requests since the last call, as <c>METHOD path</c>.</summary>
    public string[] TakeRequests()
    {
        string[] requests = [.. Hub.Log.Select(entry => $"{entry.Request.Method} {entry.Request.Path.Split('?')[0]}")];
        Hub.Log.Clear();
        return requests;
    }

    /// <summary>Files of the snapshot, each of which must be readable.</summary>
    public string[] SnapshotFiles(string commit = TinyHub.FirstCommit)
    {
        string[] files = Folder.Tree(Path.GetRelativePath(Folder.Path, Snapshot(commit)));
        Assert.All(files, file => Assert.Equal(Hub.Files[file], File.ReadAllBytes(Path.Combine(Snapshot(commit), file))));
        return files;
    }

    /// <summary>Nothing may be visible of a download that did not end well, except its <c>.incomplete</c> file and the listing.</summary>
    public void AssertNothingHalfVisible(string file)
    {
        Assert.DoesNotContain(Folder.Tree(), path => path.EndsWith($"/{file}", StringComparison.Ordinal));
        Assert.False(File.Exists(Path.Combine(Repository, "blobs", Hub.ETagOf(file))));
        Assert.False(File.Exists(Path.Combine(Repository, "refs", "main")));
    }

    public void Dispose()
    {
        Hub.Dispose();
        Folder.Dispose();
    }
}
