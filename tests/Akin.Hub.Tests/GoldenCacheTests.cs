using System.Text.Json;

namespace Akin.Hub.Tests;

/// <summary>The recorded session of huggingface_hub 2.4, step by step: the same requests, the same results, the same cache after each step.</summary>
public sealed class GoldenCacheTests : IDisposable
{
    // The order of files in the recorded tree is the order of a walk; only the set counts.
    private sealed record Entry(string Path, string? Link, long? Size, string? Content);

    private readonly TemporaryFolder _home = new();
    private readonly TinyHub _hub = new();
    private readonly JsonElement _golden = JsonDocument.Parse(File.ReadAllText(Repository.Golden("models", "hub", "cache_layout.json"))).RootElement;
    private int _step;
    private string _commit = TinyHub.FirstCommit;

    public GoldenCacheTests() => _hub.Files["model.safetensors"] = TinyHub.Weights();

    public void Dispose()
    {
        _hub.Dispose();
        _home.Dispose();
    }

    [Fact]
    public async Task Session_OfThePythonLibrary_IsRepeatedRequestForRequestAndFileForFile()
    {
        const string older = TinyHub.OlderCommit;
        await StepAsync("hf_hub_download(repo, 'config.json')", hub => hub.DownloadFileAsync(TinyHub.Repository, "config.json"));
        await StepAsync("the same again", hub => hub.DownloadFileAsync(TinyHub.Repository, "config.json"));
        await StepAsync("hf_hub_download(repo, '1_Pooling/config.json')", hub => hub.DownloadFileAsync(TinyHub.Repository, "1_Pooling/config.json"));

        bool isCut = false;
        _hub.Tamper = (request, answer) => request.Method == "GET" && !isCut && (isCut = true) ? answer with { CutAfter = 11_000_000 } : answer;
        await StepAsync("hf_hub_download(repo, 'model.safetensors')", hub => hub.DownloadFileAsync(TinyHub.Repository, "model.safetensors"));
        _hub.Tamper = (_, answer) => answer;

        await StepAsync("hf_hub_download(repo, 'adapter_config.json')", hub => hub.DownloadFileAsync(TinyHub.Repository, "adapter_config.json"));
        await StepAsync("try_to_load_from_cache(repo, 'adapter_config.json')", hub =>
            Task.FromResult(hub.IsKnownMissing(TinyHub.Repository, "adapter_config.json") ? "_CACHED_NO_EXIST (a marker object)" : ""));
        await StepAsync("hf_hub_download(repo, 'config.json', revision='v1.0')", hub => hub.DownloadFileAsync(TinyHub.Repository, "config.json"), revision: "v1.0");
        await StepAsync("hf_hub_download(repo, 'vocab.txt', revision=<commit>)", hub => hub.DownloadFileAsync(TinyHub.Repository, "vocab.txt"), revision: _commit);
        await StepAsync("the same again", hub => hub.DownloadFileAsync(TinyHub.Repository, "vocab.txt"), revision: _commit);
        await StepAsync("hf_hub_download(repo, 'config.json', revision='refs/pr/2')", hub => hub.DownloadFileAsync(TinyHub.Repository, "config.json"), revision: "refs/pr/2");
        await StepAsync("hf_hub_download(repo, 'config.json', revision='nope')", hub => hub.DownloadFileAsync(TinyHub.Repository, "config.json"), revision: "nope");
        await StepAsync("hf_hub_download('akin-labs/missing', 'config.json')", hub => hub.DownloadFileAsync("akin-labs/missing", "config.json"));
        await StepAsync("snapshot_download(repo)", hub => hub.DownloadSnapshotAsync(TinyHub.Repository));
        Assert.Equal(TreeJson, await File.ReadAllTextAsync(_home.Combine("hub", "models--akin-labs--tiny-model", "trees", _commit + ".json")));

        await StepAsync("snapshot_download(repo, allow_patterns=['*.json'], local_dir=DIR)", async hub =>
            await hub.DownloadToFolderAsync(TinyHub.Repository, _home.Combine("DIR"), file => file.Path.EndsWith(".json", StringComparison.Ordinal)));
        await StepAsync("hf_hub_download(repo, 'config.json', local_files_only=True)", hub => hub.DownloadFileAsync(TinyHub.Repository, "config.json"), isOffline: true);
        await StepAsync("hf_hub_download(repo, 'other.json', local_files_only=True)", hub => hub.DownloadFileAsync(TinyHub.Repository, "other.json"), isOffline: true);

        _hub.Files["config.json"] = "{\"model_type\": \"bert\", \"hidden_size\": 32}\n"u8.ToArray();
        _hub.References["main"] = _commit = TinyHub.ThirdCommit;
        await StepAsync("hf_hub_download(repo, 'config.json') after main moved", hub => hub.DownloadFileAsync(TinyHub.Repository, "config.json"));

        _hub.Stop();
        await StepAsync("hf_hub_download(repo, 'config.json') while the hub does not answer", hub => hub.DownloadFileAsync(TinyHub.Repository, "config.json"));
        await StepAsync("hf_hub_download(repo, 'vocab.txt') while the hub does not answer", hub => hub.DownloadFileAsync(TinyHub.Repository, "vocab.txt"));
        Assert.Equal(_golden.GetProperty("steps").GetArrayLength(), _step);

        CachedModel model = Assert.Single(new ModelCache(Options()).List());
        JsonElement scanned = _golden.GetProperty("scan_cache_dir")[0];
        Assert.Equal(scanned.GetProperty("repo").GetString(), model.Id);
        Assert.Equal(scanned.GetProperty("files").GetInt32(), model.FileCount);
        Assert.Equal(scanned.GetProperty("size_on_disk").GetInt64(), model.SizeBytes);
        Assert.Equal(
            scanned.GetProperty("revisions").EnumerateArray().Select(names => string.Join(",", names.EnumerateArray())).Order(),
            model.Revisions.Select(revision => string.Join(",", revision.References)).Order());
        Assert.Contains(model.Revisions, revision => revision.Commit == older && revision.Files.SequenceEqual(["config.json"]));
    }

    private string TreeJson => $$"""
        {
         "format_version": 1,
         "files": {
          "1_Pooling/config.json": {
           "size": 25,
           "blob_id": "4f99f63d9ac1758d1a3d9079f5333387096cb6ad"
          },
          "config.json": {
           "size": 42,
           "blob_id": "c36414c24e8f84116dbf559c11effef984dccbe0"
          },
          "model.safetensors": {
           "size": 12288000,
           "blob_id": "{{TinyHub.GitSha1(_hub.Files["model.safetensors"])}}",
           "lfs_sha256": "0a6ac6e9c700be4e6124280caf16b85026e080510a4807ce9e7b313da6e599d0",
           "lfs_size": 12288000
          },
          "vocab.txt": {
           "size": 18,
           "blob_id": "d1fa58a435b32d6686f3ed0bbe86b7ef42480a57"
          }
         }
        }
        """.ReplaceLineEndings("\n");

    private HubOptions Options() => new()
    {
        Endpoint = _hub.Address,
        CacheFolder = _home.Combine("hub"),
        Token = "",
        RetryCount = 1,
        RetryDelay = TimeSpan.FromMilliseconds(1),
        Timeout = TimeSpan.FromMinutes(1),
    };

    private async Task StepAsync(string call, Func<ModelHub, Task<string>> run, string revision = "main", bool isOffline = false)
    {
        JsonElement step = _golden.GetProperty("steps")[_step++];
        Assert.StartsWith(call, step.GetProperty("call").GetString(), StringComparison.Ordinal);
        _hub.Log.Clear();
        string outcome;
        try
        {
            outcome = Clean(await run(new ModelHub(Options() with { Revision = revision, Offline = isOffline })));
        }
        catch (HubException error)
        {
            outcome = PythonName(error);
        }

        Assert.Equal(step.TryGetProperty("returns", out JsonElement returns) ? returns.GetString() : step.GetProperty("raises").GetString()!.Split(' ')[0], outcome);
        Assert.Equal(ExpectedRequests(step), SentRequests(step));
        if (step.TryGetProperty("cache", out JsonElement tree))
        {
            Assert.Equal(ExpectedTree(tree), FoundTree());
        }
    }

    // The purposeful differences of the golden's README: one HEAD instead of the description, no HEADs where the listing has the checksums,
    // resuming at the last byte that arrived.
    private static List<string> ExpectedRequests(JsonElement step)
    {
        List<string> requests = [];
        bool isSnapshot = step.GetProperty("call").GetString()!.StartsWith("snapshot_download", StringComparison.Ordinal);
        bool hasListing = step.GetProperty("call").GetString()!.Contains("local_dir", StringComparison.Ordinal);
        foreach (JsonElement request in step.GetProperty("requests").EnumerateArray())
        {
            string method = request.GetProperty("method").GetString()!, path = request.GetProperty("path").GetString()!;
            if (isSnapshot && path.Contains("/revision/", StringComparison.Ordinal))
            {
                requests.Add("HEAD /akin-labs/tiny-model/resolve/main/config.json 200 identity");
                continue;
            }

            if (isSnapshot && (method == "HEAD" || hasListing))
            {
                continue;
            }

            string? range = request.GetProperty("request_headers").TryGetProperty("range", out JsonElement value) ? value.GetString() : null;
            Assert.True(range is null or "bytes=10485760-");
            requests.Add($"{method} {path} {request.GetProperty("status").GetInt32()} identity{(range is null ? "" : " bytes=11000000-")}");
        }

        return requests;
    }

    private List<string> SentRequests(JsonElement step)
    {
        // The server is the one of the recording: its answers carry the recorded headers.
        foreach (JsonElement recorded in step.GetProperty("requests").EnumerateArray().Where(recorded => recorded.TryGetProperty("response_headers", out _)))
        {
            string key = $"{recorded.GetProperty("method").GetString()} {recorded.GetProperty("path").GetString()} {recorded.GetProperty("status").GetInt32()}";
            if (recorded.GetProperty("status").GetInt32() != 206
                && _hub.Log.FirstOrDefault(entry => $"{entry.Request.Method} {Clean(entry.Request.Path)} {entry.Answer.Status}" == key).Answer is { } answer)
            {
                Assert.Equal(
                    recorded.GetProperty("response_headers").EnumerateObject().Select(header => $"{header.Name}: {header.Value}").Order(),
                    answer.Headers.Select(header => $"{header.Key}: {Clean(header.Value)}").Order());
            }
        }

        return [.. _hub.Log.Select(entry =>
            $"{entry.Request.Method} {Clean(entry.Request.Path)} {entry.Answer.Status} {entry.Request.Header("Accept-Encoding")}{(entry.Request.Header("Range") is { } range ? $" {range}" : "")}")];
    }

    private static List<Entry> ExpectedTree(JsonElement tree) =>
        [.. tree.EnumerateArray().Select(item => new Entry(
            item.GetProperty("path").GetString()!,
            item.TryGetProperty("symlink_to", out JsonElement link) ? link.GetString() : null,
            item.TryGetProperty("size", out JsonElement size) ? size.GetInt64() : null,
            item.TryGetProperty("content", out JsonElement content) ? content.GetString() : null)).OrderBy(entry => entry.Path, StringComparer.Ordinal)];

    private List<Entry> FoundTree() =>
        [.. _home.Tree().Select(path =>
        {
            FileInfo file = new(_home.Combine(path));
            bool isShown = file.LinkTarget is null && file.Length <= 60 && !path.Contains("blobs", StringComparison.Ordinal);
            return new Entry(Clean(path), file.LinkTarget, file.LinkTarget is null ? file.Length : null, isShown ? Clean(File.ReadAllText(file.FullName)) : null);
        }).OrderBy(entry => entry.Path, StringComparer.Ordinal)];

    // In the recording the first commit has its own name once `main` has moved on.
    private string Clean(string text) => text
        .Replace(_home.Path, "HF_HOME", StringComparison.Ordinal)
        .Replace(_hub.Storage, "STORAGE", StringComparison.Ordinal)
        .Replace(_commit, "<commit>", StringComparison.Ordinal)
        .Replace(TinyHub.FirstCommit, "<first commit>", StringComparison.Ordinal)
        .Replace(TinyHub.OlderCommit, "<older>", StringComparison.Ordinal);

    private static string PythonName(HubException error) => error switch
    {
        EntryNotFoundException => "RemoteEntryNotFoundError",
        RevisionNotFoundException => "RevisionNotFoundError",
        RepositoryNotFoundException => "RepositoryNotFoundError",
        NotCachedException => "LocalEntryNotFoundError",
        _ => error.ToString(),
    };
}
