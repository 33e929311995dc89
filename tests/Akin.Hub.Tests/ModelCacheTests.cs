namespace Akin.Hub.Tests;

/// <summary>Listing, checking and removing what is in the cache.</summary>
public sealed class ModelCacheTests : IDisposable
{
    private readonly HubFixture _fixture = new();

    public ModelCacheTests() => _fixture.Hub.Files["model.safetensors"] = TinyHub.Weights(repeats: 4);

    public void Dispose() => _fixture.Dispose();

    private ModelCache Cache => new(_fixture.Options);

    [Fact]
    public async Task List_ShowsModelsRevisionsAndSizes()
    {
        Assert.Empty(Cache.List());
        Assert.Empty(new ModelCache(new HubOptions { CacheFolder = _fixture.Folder.Combine("none") }).List());
        await new ModelHub(_fixture.Options).DownloadModelAsync(HubFixture.Id);
        await new ModelHub(_fixture.Options with { Revision = "v1.0" }).DownloadModelAsync(HubFixture.Id);
        Directory.CreateDirectory(_fixture.Folder.Combine("models--only--refs", "refs"));

        CachedModel model = Assert.Single(Cache.List());

        Assert.Equal((HubFixture.Id, _fixture.Repository, 42L + 18 + 1024, 3), (model.Id, model.Folder, model.SizeBytes, model.FileCount));
        Assert.Equal([TinyHub.FirstCommit, TinyHub.OlderCommit], model.Revisions.Select(revision => revision.Commit));
        Assert.Equal(["main"], model.Revisions[0].References);
        Assert.Equal(["config.json", "model.safetensors", "vocab.txt"], model.Revisions[1].Files);
        Assert.Equal(42L + 18 + 1024, model.Revisions[1].SizeBytes);
        Assert.Null(Cache.Find("other/model"));
    }

    [Fact]
    public async Task Verify_FindsDamagedAndMissingFiles()
    {
        await new ModelHub(_fixture.Options).DownloadModelAsync(HubFixture.Id);
        Assert.All(await Cache.VerifyAsync(HubFixture.Id), file => Assert.Equal(FileStatus.Good, file.Status));

        string blobs = Path.Combine(_fixture.Repository, "blobs");
        File.Delete(Path.Combine(blobs, _fixture.Hub.ETagOf("vocab.txt")));
        using (FileStream weights = File.OpenWrite(Path.Combine(blobs, _fixture.Hub.ETagOf("model.safetensors"))))
        {
            weights.WriteByte(99);
        }

        IReadOnlyList<FileVerification> files = await Cache.VerifyAsync(HubFixture.Id);

        Assert.Equal(
            [("config.json", FileStatus.Good), ("model.safetensors", FileStatus.Damaged), ("vocab.txt", FileStatus.Missing)],
            files.Select(file => (file.FileName, file.Status)));
        Assert.Equal(_fixture.Hub.ETagOf("model.safetensors"), files[1].Expected);
        Assert.NotEqual(files[1].Expected, files[1].Found);

        // A file whose content is gone is fetched again.
        _fixture.TakeRequests();
        await new ModelHub(_fixture.Options).DownloadModelAsync(HubFixture.Id);
        Assert.Equal(FileStatus.Good, (await Cache.VerifyAsync(HubFixture.Id))[2].Status);
    }

    [Fact]
    public async Task Remove_LeavesNothingOfTheModel()
    {
        await new ModelHub(_fixture.Options).DownloadModelAsync(HubFixture.Id);

        CachedModel removed = Cache.Remove(HubFixture.Id);

        Assert.Equal(HubFixture.Id, removed.Id);
        Assert.Empty(Cache.List());
        Assert.All(_fixture.Folder.Tree(), path => Assert.True(path == "CACHEDIR.TAG" || path.StartsWith(".locks/", StringComparison.Ordinal), path));
        Assert.Throws<NotCachedException>(() => Cache.Remove(HubFixture.Id));
        await Assert.ThrowsAsync<NotCachedException>(() => Cache.VerifyAsync(HubFixture.Id));
        await new ModelHub(_fixture.Options).DownloadModelAsync(HubFixture.Id);
        Assert.Single(Cache.List());
    }
}
