namespace Akin.Hub.Tests;

/// <summary>A server that tries to write where it may not, or to make the client believe things.</summary>
public sealed class HostileHubTests : IDisposable
{
    private readonly HubFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Theory]
    [InlineData("../../evil.json")]
    [InlineData("/etc/evil.json")]
    [InlineData("a/../../evil.json")]
    [InlineData(@"..\..\evil.json")]
    [InlineData(@"\\server\share\evil.json")]
    public async Task Listing_WithANameThatClimbsOut_RefusesTheRepository(string name)
    {
        _fixture.Hub.Files[name] = "{}"u8.ToArray();

        UnsafeFileNameException error = await Assert.ThrowsAsync<UnsafeFileNameException>(() => ModelHub.ResolveFolderAsync(HubFixture.Id, _fixture.Options));

        Assert.Equal(name, error.FileName);
        Assert.Empty(_fixture.Folder.Tree());
    }

    [Theory]
    [InlineData("C:evil.json")]
    [InlineData("evil.json:stream.json")]
    [InlineData("./config.json")]
    [InlineData("a\u0001.json")]
    [InlineData(@"a\evil.json")]
    public async Task Listing_WithANameThatIsNoPlainPath_IsNotWritten(string name)
    {
        _fixture.Hub.Files[name] = "{}"u8.ToArray();

        await Assert.ThrowsAsync<UnsafeFileNameException>(() => new ModelHub(_fixture.Options).DownloadSnapshotAsync(HubFixture.Id));

        Assert.DoesNotContain(_fixture.Folder.Tree(), path => path.Contains("evil", StringComparison.Ordinal) || path.Contains("blobs", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Modules_InAFolderOutside_AreRefused()
    {
        _fixture.Hub.Files["modules.json"] = """[{"path": "../../.."}]"""u8.ToArray();
        await Assert.ThrowsAsync<UnsafeFileNameException>(() => ModelHub.ResolveFolderAsync(HubFixture.Id, _fixture.Options));
    }

    [Fact]
    public async Task Modules_ThatAreNoList_AreRefusedByName()
    {
        _fixture.Hub.Files["modules.json"] = "{\"a\": 1}"u8.ToArray();
        HubException error = await Assert.ThrowsAsync<HubException>(() => ModelHub.ResolveFolderAsync(HubFixture.Id, _fixture.Options));
        Assert.Contains("modules.json", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ETag", "\"../../../evil\"")]
    [InlineData("ETag", "\"\"")]
    [InlineData("X-Repo-Commit", "../../evil")]
    [InlineData("X-Repo-Commit", "AAAAAAA111111111111111111111111111111111")]
    [InlineData("X-Linked-Size", "-5")]
    public async Task Headers_ThatBecomeFileNames_AreChecked(string header, string value)
    {
        _fixture.Hub.Tamper = (_, answer) =>
        {
            answer.Headers[header] = value;
            if (header == "X-Linked-Size")
            {
                answer.Headers["Content-Length"] = "x";
            }

            return answer;
        };

        await Assert.ThrowsAsync<NotCachedException>(() => new ModelHub(_fixture.Options with { RetryCount = 0 }).DownloadFileAsync(HubFixture.Id, "config.json"));
        Assert.Empty(_fixture.Folder.Tree());
    }

    [Theory]
    [InlineData("file:///etc/passwd")]
    [InlineData("ftp://127.0.0.1/x")]
    public async Task Redirects_ToOtherSchemes_AreRefused(string location)
    {
        _fixture.Hub.Tamper = (request, answer) => request.Method == "GET" ? TinyHub.Error(302, ("Location", location)) : answer;
        HubUnavailableException error = await Assert.ThrowsAsync<HubUnavailableException>(() => new ModelHub(_fixture.Options).DownloadFileAsync(HubFixture.Id, "config.json"));
        Assert.Contains("not safe", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Redirects_WithoutEnd_AreRefused()
    {
        _fixture.Hub.Tamper = (request, _) => TinyHub.Error(302, ("Location", request.Path));
        await Assert.ThrowsAsync<NotCachedException>(() => ModelHub.ResolveFolderAsync(HubFixture.Id, _fixture.Options));
        Assert.InRange(_fixture.Hub.Log.Count, 2, 50);
    }

    [Theory]
    [InlineData("not json")]
    [InlineData("{\"error\": 1}")]
    [InlineData("[{\"type\": \"file\", \"path\": \"config.json\"}]")]
    [InlineData("[{\"type\": \"file\", \"path\": \"config.json\", \"size\": -1, \"oid\": \"aa\"}]")]
    [InlineData("[{\"type\": \"file\", \"path\": \"config.json\", \"size\": 1, \"oid\": \"../x\"}]")]
    public async Task Listing_ThatCannotBeUsed_IsAnErrorOfTheHub(string body)
    {
        _fixture.Hub.Tamper = (request, answer) => request.Path.Contains("/tree/", StringComparison.Ordinal) ? new Answer(200, System.Text.Encoding.UTF8.GetBytes(body)) : answer;
        await Assert.ThrowsAsync<NotCachedException>(() => ModelHub.ResolveFolderAsync(HubFixture.Id, _fixture.Options));
    }

    [Fact]
    public async Task Listing_InTheCacheThatIsDamaged_IsAskedForAgain()
    {
        await ModelHub.ResolveFolderAsync(HubFixture.Id, _fixture.Options);
        string tree = Path.Combine(_fixture.Repository, "trees", TinyHub.FirstCommit + ".json");
        string good = await File.ReadAllTextAsync(tree);
        for (int length = 0; length < good.Length; length += 13)
        {
            await File.WriteAllTextAsync(tree, good[..length]);
            Assert.Equal(_fixture.Snapshot(), await ModelHub.ResolveFolderAsync(HubFixture.Id, _fixture.Options));
            Assert.Equal(good, await File.ReadAllTextAsync(tree));
        }
    }
}
