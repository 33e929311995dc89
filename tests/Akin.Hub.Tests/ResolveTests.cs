namespace Akin.Hub.Tests;

/// <summary>What a model by name costs in requests, which files it takes, and what happens when something is missing.</summary>
public sealed class ResolveTests : IDisposable
{
    private readonly HubFixture _fixture = new();

    public ResolveTests() => Put("model.safetensors", 3000);

    public void Dispose() => _fixture.Dispose();

    private HubOptions Options => _fixture.Options;

    [Fact]
    public async Task Model_ByBranch_CostsOneHeadWhenCached()
    {
        string folder = await ModelHub.ResolveFolderAsync(HubFixture.Id, Options);
        Assert.Equal(_fixture.Snapshot(), folder);
        Assert.Equal(
            [
                "HEAD /akin-labs/tiny-model/resolve/main/config.json",
                $"GET /api/models/akin-labs/tiny-model/tree/{TinyHub.FirstCommit}",
                $"GET /akin-labs/tiny-model/resolve/{TinyHub.FirstCommit}/config.json",
                $"GET /akin-labs/tiny-model/resolve/{TinyHub.FirstCommit}/vocab.txt",
                $"GET /akin-labs/tiny-model/resolve/{TinyHub.FirstCommit}/model.safetensors",
                "GET /storage/model.safetensors",
            ],
            _fixture.TakeRequests());

        Assert.Equal(folder, ModelHub.ResolveFolder(HubFixture.Id, Options));
        Assert.Equal(["HEAD /akin-labs/tiny-model/resolve/main/config.json"], _fixture.TakeRequests());
    }

    [Fact]
    public async Task Model_ByCommit_CostsNothingWhenCached()
    {
        HubOptions options = Options with { Revision = TinyHub.FirstCommit };
        await ModelHub.ResolveFolderAsync(HubFixture.Id, options);
        Assert.DoesNotContain(_fixture.TakeRequests(), request => request.StartsWith("HEAD", StringComparison.Ordinal));
        Assert.False(Directory.Exists(Path.Combine(_fixture.Repository, "refs")));

        await ModelHub.ResolveFolderAsync(HubFixture.Id, options);
        Assert.Empty(_fixture.TakeRequests());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Model_WithoutTheHub_IsTakenFromTheCache(bool isOffline)
    {
        string folder = await ModelHub.ResolveFolderAsync(HubFixture.Id, Options);
        _fixture.TakeRequests();
        HubOptions options = Options with { Offline = isOffline };
        if (!isOffline)
        {
            _fixture.Hub.Stop();
        }

        Assert.Equal(folder, await ModelHub.ResolveFolderAsync(HubFixture.Id, options));
        Assert.Equal(folder, await ModelHub.ResolveFolderAsync(HubFixture.Id, options with { Revision = TinyHub.FirstCommit }));
        Assert.Empty(_fixture.TakeRequests());
    }

    [Fact]
    public async Task Model_ThatBecamePrivate_IsTakenFromTheCache()
    {
        string folder = await ModelHub.ResolveFolderAsync(HubFixture.Id, Options);
        _fixture.Hub.Tamper = (_, _) => TinyHub.Error(401, ("X-Error-Code", "RepoNotFound"));

        Assert.Equal(folder, await ModelHub.ResolveFolderAsync(HubFixture.Id, Options));
        await Assert.ThrowsAsync<RepositoryNotFoundException>(() => ModelHub.ResolveFolderAsync("akin-labs/other", Options));
    }

    [Fact]
    public async Task Model_OfflineAndNotCached_SaysHowToGetIt()
    {
        HubOptions offline = Options with { Offline = true };

        NotCachedException error = await Assert.ThrowsAsync<NotCachedException>(() => ModelHub.ResolveFolderAsync(HubFixture.Id, offline));
        Assert.Contains("HF_HUB_OFFLINE", error.Message, StringComparison.Ordinal);
        Assert.Contains(_fixture.Folder.Path, error.Message, StringComparison.Ordinal);
        Assert.Empty(_fixture.TakeRequests());
        Assert.Empty(_fixture.Folder.Tree());
    }

    [Fact]
    public async Task Model_OfflineAndOnlyPartlyCached_NamesWhatIsMissing()
    {
        await new ModelHub(Options with { IncludeWeights = false }).DownloadModelAsync(HubFixture.Id);

        NotCachedException error = await Assert.ThrowsAsync<NotCachedException>(() => ModelHub.ResolveFolderAsync(HubFixture.Id, Options with { Offline = true }));
        Assert.Equal(["model.safetensors"], error.FileNames);
        Assert.Contains("with model.safetensors", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Model_WithoutWeights_TakesConfigurationAndTokenizerOnly()
    {
        await new ModelHub(Options with { IncludeWeights = false }).DownloadModelAsync(HubFixture.Id);
        Assert.Equal(["config.json", "vocab.txt"], _fixture.SnapshotFiles());
    }

    [Fact]
    public async Task Model_InterruptedWhileTheBranchMoved_LeavesTheBranchAtTheCompleteSnapshot()
    {
        string folder = await ModelHub.ResolveFolderAsync(HubFixture.Id, Options);
        _fixture.Hub.References["main"] = TinyHub.ThirdCommit;
        Put("model.safetensors", 4000);
        _fixture.Hub.Tamper = (request, answer) => request.Path.StartsWith("/storage", StringComparison.Ordinal) ? answer with { CutAfter = 0 } : answer;
        await Assert.ThrowsAsync<HubUnavailableException>(() => ModelHub.ResolveFolderAsync(HubFixture.Id, Options));

        Assert.Equal(folder, await ModelHub.ResolveFolderAsync(HubFixture.Id, Options with { Offline = true }));
    }

    [Fact]
    public async Task Model_WithModules_TakesTheirFoldersAndNoCopiesForOtherPrograms()
    {
        _fixture.Hub.Files["modules.json"] = """[{"idx": 0, "path": "", "type": "T"}, {"idx": 1, "path": "1_Pooling", "type": "P"}, {"idx": 2, "path": "2_Dense", "type": "D"}]"""u8.ToArray();
        foreach (string file in new[]
        {
            "pytorch_model.bin", "tf_model.h5", "flax_model.msgpack", "rust_model.ot", "model.fp16.safetensors", "onnx/model.onnx", "onnx/config.json",
            "openvino/openvino_model.bin", "coreml/model.json", "runs/events.json", "trainer_state.json", "pytorch_model.bin.index.json", "README.md", ".gitattributes",
            "2_Dense/config.json", "2_Dense/model.safetensors", "2_Dense/pytorch_model.bin", "3_Other/config.json", "tokenizer.json", "spiece.model",
        })
        {
            Put(file, 10 + file.Length);
        }

        await ModelHub.ResolveFolderAsync(HubFixture.Id, Options);

        Assert.Equal(
            ["1_Pooling/config.json", "2_Dense/config.json", "2_Dense/model.safetensors", "config.json", "model.safetensors", "modules.json", "spiece.model", "tokenizer.json", "vocab.txt"],
            _fixture.SnapshotFiles());
    }

    [Theory]
    [InlineData(new[] { "model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors", "model.safetensors.index.json" }, new[] { "pytorch_model.bin" })]
    [InlineData(new[] { "pytorch_model.bin" }, new[] { "bert_model.ckpt.index", "bert_model.ckpt.data-00000-of-00001" })]
    [InlineData(new[] { "pytorch_model-00001-of-00002.bin", "pytorch_model-00002-of-00002.bin", "pytorch_model.bin.index.json" }, new[] { "tf_model.h5" })]
    [InlineData(new[] { "bert_model.ckpt.data-00000-of-00001", "bert_model.ckpt.index" }, new[] { "model.onnx" })]
    public async Task Model_WithSeveralKindsOfWeights_TakesOne(string[] wanted, string[] others)
    {
        _fixture.Hub.Files.Remove("model.safetensors");
        foreach (string file in wanted.Concat(others))
        {
            Put(file, 10 + file.Length);
        }

        await ModelHub.ResolveFolderAsync(HubFixture.Id, Options);

        Assert.Equal(wanted.Append("config.json").Append("vocab.txt").Order(StringComparer.Ordinal), _fixture.SnapshotFiles());
    }

    [Fact]
    public async Task Repository_WithoutAModel_IsRefusedByWhatItHolds()
    {
        _fixture.Hub.Files.Clear();
        Put("weights.gguf", 10);

        HubException error = await Assert.ThrowsAsync<HubException>(() => ModelHub.ResolveFolderAsync(HubFixture.Id, Options));
        Assert.Contains("weights.gguf", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Errors_AreTypedAndSayWhatToDo()
    {
        HubException noRepository = await Assert.ThrowsAsync<RepositoryNotFoundException>(() => ModelHub.ResolveFolderAsync("akin-labs/missing", Options));
        Assert.Contains("HF_TOKEN", noRepository.Message, StringComparison.Ordinal);
        RevisionNotFoundException noRevision = await Assert.ThrowsAsync<RevisionNotFoundException>(() => ModelHub.ResolveFolderAsync(HubFixture.Id, Options with { Revision = "nope" }));
        Assert.Contains("'nope'", noRevision.Message, StringComparison.Ordinal);

        _fixture.Hub.Tamper = (_, _) => TinyHub.Error(403, ("X-Error-Code", "GatedRepo"));
        HubException gated = await Assert.ThrowsAsync<GatedRepositoryException>(() => ModelHub.ResolveFolderAsync(HubFixture.Id, Options));
        Assert.Contains($"{_fixture.Hub.Address}/{HubFixture.Id}", gated.Message, StringComparison.Ordinal);

        _fixture.Hub.Tamper = (_, _) => TinyHub.Error(401, ("X-Error-Message", "Invalid credentials in Authorization header"));
        HubException badToken = await Assert.ThrowsAsync<NotCachedException>(() => ModelHub.ResolveFolderAsync(HubFixture.Id, Options with { Token = "x" }));
        Assert.Contains("does not accept the token", badToken.Message, StringComparison.Ordinal);

        _fixture.Hub.Stop();
        HubException unreachable = await Assert.ThrowsAsync<NotCachedException>(() => ModelHub.ResolveFolderAsync(HubFixture.Id, Options));
        Assert.Contains("cannot be reached", unreachable.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a--b")]
    [InlineData("a..b")]
    [InlineData("org/na me")]
    [InlineData("-org/name")]
    [InlineData("org/name.")]
    public async Task Names_ThatNoRepositoryCanHave_AreRefused(string name)
    {
        await Assert.ThrowsAsync<HubException>(() => ModelHub.ResolveFolderAsync(name, Options));
        Assert.Empty(_fixture.TakeRequests());
    }

    [Fact]
    public async Task Listing_InPages_IsReadToTheEnd()
    {
        string next = $"{_fixture.Hub.Address}/api/models/{HubFixture.Id}/tree/{TinyHub.FirstCommit}?cursor=2";
        _fixture.Hub.Tamper = (request, answer) =>
        {
            if (!request.Path.Contains("/tree/", StringComparison.Ordinal))
            {
                return answer;
            }

            bool isSecond = request.Path.Contains("cursor=2", StringComparison.Ordinal);
            Answer page = TinyHub.Json(_fixture.Hub.Files.Where(file => file.Key == "vocab.txt" == isSecond)
                .Select(file => new { type = "file", path = file.Key, size = file.Value.Length, oid = TinyHub.GitSha1(file.Value) }));
            if (!isSecond)
            {
                page.Headers["Link"] = $"<{next}>; rel=\"next\"";
            }

            return page;
        };

        IReadOnlyList<RepositoryFile> files = await new ModelHub(Options).ListFilesAsync(HubFixture.Id);
        Assert.Equal(_fixture.Hub.Files.Keys.Order(), files.Select(file => file.Path).Order());

        next = $"{_fixture.Hub.Storage}/elsewhere";
        await Assert.ThrowsAsync<NotCachedException>(() => new ModelHub(Options with { CacheFolder = _fixture.Folder.Combine("other") }).ListFilesAsync(HubFixture.Id));
    }

    [Fact]
    public async Task Repository_ThatWasRenamed_IsFollowedByRelativeRedirects()
    {
        _fixture.Hub.Tamper = (request, answer) => request.Path.Contains("/old-name/", StringComparison.Ordinal)
            ? TinyHub.Error(307, ("Location", request.Path.Replace("akin-labs/old-name", HubFixture.Id, StringComparison.Ordinal)))
            : answer;

        string folder = await ModelHub.ResolveFolderAsync("akin-labs/old-name", Options);

        Assert.Equal(_fixture.Folder.Combine("models--akin-labs--old-name", "snapshots", TinyHub.FirstCommit), folder);
        Assert.Equal(_fixture.Hub.Files["vocab.txt"], await File.ReadAllBytesAsync(Path.Combine(folder, "vocab.txt")));
    }

    [Fact]
    public async Task Search_AsksByTaskLanguageAndLibrary()
    {
        _fixture.Hub.Tamper = (request, _) => TinyHub.Json(new object[]
        {
            new { id = "a/b", pipeline_tag = "sentence-similarity", library_name = "sentence-transformers", tags = new[] { "ko" }, downloads = 5, likes = 2, gated = "manual", lastModified = "2026-01-02T03:04:05.000Z" },
            new { id = "c" },
        });

        IReadOnlyList<ModelSummary> models = await new ModelHub(Options).SearchAsync(
            new ModelQuery { Text = "한국 bert", Task = "sentence-similarity", Language = "ko", Library = "sentence-transformers", Limit = 1 });

        Assert.Equal(
            "/api/models?search=%ED%95%9C%EA%B5%AD%20bert&pipeline_tag=sentence-similarity&filter=ko&filter=sentence-transformers&sort=downloads&direction=-1&limit=1",
            Assert.Single(_fixture.Hub.Log).Request.Path);
        ModelSummary model = Assert.Single(models);
        Assert.Equal(("a/b", "sentence-similarity", 5L, true), (model.Id, model.Task, model.Downloads, model.IsGated));
        Assert.Equal(new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero), model.LastModified);
    }

    [Fact]
    public async Task Summary_TellsCommitTaskAndTags()
    {
        ModelSummary summary = await new ModelHub(Options).GetSummaryAsync(HubFixture.Id);
        Assert.Equal((TinyHub.FirstCommit, "sentence-similarity"), (summary.Commit, summary.Task));
        Assert.Equal(["bert", "ko"], summary.Tags);
        await Assert.ThrowsAsync<HubException>(() => new ModelHub(Options with { Offline = true }).GetSummaryAsync(HubFixture.Id));
    }

    private void Put(string file, int size)
    {
        byte[] content = new byte[size];
        new Random(size).NextBytes(content);
        _fixture.Hub.Files[file] = content;
    }
}
