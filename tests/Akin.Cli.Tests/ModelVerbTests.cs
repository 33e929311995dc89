using System.Text.Json;
using Akin.TestKit.Http;

namespace Akin.Cli.Tests;

/// <summary><c>akin model</c> against a hub on loopback, each call a process.</summary>
public sealed class ModelVerbTests : IDisposable
{
    private const string Id = TinyHub.Repository;

    private readonly TinyHub _hub = new();
    private readonly string _cache = Directory.CreateTempSubdirectory("akin-cli-").FullName;

    public ModelVerbTests() => _hub.Files["model.safetensors"] = TinyHub.Weights(repeats: 8);

    public void Dispose()
    {
        _hub.Dispose();
        Directory.Delete(_cache, recursive: true);
    }

    [Fact]
    public void Model_IsDownloadedListedVerifiedAndRemoved()
    {
        string folder = Path.Combine(_cache, "models--akin-labs--tiny-model", "snapshots", TinyHub.FirstCommit);
        Assert.Equal(folder, Akin("model", "download", Id).Succeeded().Output.Trim());
        Assert.Equal(_hub.Files["model.safetensors"], File.ReadAllBytes(Path.Combine(folder, "model.safetensors")));

        JsonElement listed = Json(Akin("model", "list", "--json"))[0];
        Assert.Equal(Id, listed.GetProperty("id").GetString());
        Assert.Equal(42 + 18 + 2048, listed.GetProperty("size_bytes").GetInt64());
        Assert.Equal("main", listed.GetProperty("revisions")[0].GetProperty("references")[0].GetString());
        Assert.Contains("2.1 kB", Akin("model", "list").Succeeded().Output);

        JsonElement info = Json(Akin("model", "info", Id, "--json"));
        Assert.Equal("sentence-similarity", info.GetProperty("hub").GetProperty("task").GetString());
        Assert.Equal(4, info.GetProperty("files").GetArrayLength());
        Assert.Equal(folder, info.GetProperty("cache").GetProperty("revisions")[0].GetProperty("folder").GetString());

        Assert.All(Json(Akin("model", "verify", "--json")).EnumerateArray(), file => Assert.Equal("good", file.GetProperty("status").GetString()));
        using (FileStream weights = File.OpenWrite(Path.Combine(folder, "model.safetensors")))
        {
            weights.WriteByte(99);
        }

        AkinResult damaged = Akin("model", "verify", Id);
        Assert.Equal(1, damaged.ExitCode);
        Assert.Matches(@"(?m)^damaged +akin-labs/tiny-model +a{7}1{33} +model\.safetensors$", damaged.Output);
        Assert.Contains("akin model remove", damaged.Error);

        Akin("model", "remove", Id, "no/such").Refused("no/such", "nothing was removed");
        Assert.Contains("Removed akin-labs/tiny-model", Akin("model", "remove", Id).Succeeded().Output);
        Assert.Equal(0, Json(Akin("model", "list", "--json")).GetArrayLength());
        Akin("model", "verify", Id).Refused(Id, "not in the cache");
    }

    [Fact]
    public void Download_IntoAFolder_PutsTheFilesThere()
    {
        string folder = Path.Combine(_cache, "mine");
        Assert.Equal(folder, Akin("model", "download", Id, "--output", folder).Succeeded().Output.Trim());
        Assert.All(_hub.Files, file => Assert.Equal(file.Value, File.ReadAllBytes(Path.Combine(folder, file.Key))));
        Akin("model", "download", Id, "--output", folder, "--no-weights").Refused("--no-weights");
    }

    [Fact]
    public void Download_OfWhatIsNotThere_SaysSo()
    {
        Akin("model", "download", "akin-labs/missing").Refused("akin-labs/missing", "HF_TOKEN");
        Akin("model", "download", Id, "--revision", "nope").Refused("nope");
    }

    [Fact]
    public void List_OfTheHub_FiltersByLanguage()
    {
        _hub.Tamper = (_, _) => TinyHub.Json(new[] { new { id = "org/한국어", pipeline_tag = "fill-mask", downloads = 12345 } });
        Assert.Equal("org/한국어  fill-mask    12,345 downloads\n", Akin("model", "list", "--language", "ko").Succeeded().Output);
        Assert.Contains("filter=ko", Assert.Single(_hub.Log).Request.Path);
    }

    private AkinResult Akin(params string[] arguments)
    {
        Dictionary<string, string> environment = new()
        {
            ["HF_ENDPOINT"] = _hub.Address,
            ["HF_HUB_CACHE"] = _cache,
            ["HF_HOME"] = _cache,
            ["HF_HUB_OFFLINE"] = "0",
            ["HF_TOKEN"] = "",
            ["HF_HUB_DOWNLOAD_TIMEOUT"] = "60",
        };
        using AkinProcess process = AkinProcess.Start(arguments, environment);
        return process.Wait();
    }

    private static JsonElement Json(AkinResult result) => JsonDocument.Parse(result.Succeeded().Output).RootElement;
}
