using Akin.TestKit.Http;

namespace Akin.Docs.Tests;

/// <summary>
/// A hub on loopback that has the one model the guides name, and an empty cache: what the guides do is then what a newcomer's machine does, download
/// included.
/// </summary>
public sealed class ModelServer : IDisposable
{
    public const string Model = "models/all-MiniLM-L6-v2";

    private readonly TinyHub? _hub;
    private readonly string _cache = Directory.CreateTempSubdirectory("akin-docs-cache-").FullName;

    public ModelServer()
    {
        if (Repository.SharedFolder is null || !Directory.Exists(Repository.Shared(Model)))
        {
            return; // the tests that need it are skipped
        }

        string folder = Repository.Shared(Model);
        _hub = new TinyHub
        {
            Name = "sentence-transformers/all-MiniLM-L6-v2",
            Files = Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
                .ToDictionary(file => Path.GetRelativePath(folder, file).Replace('\\', '/'), File.ReadAllBytes),
        };
        Variables = new Dictionary<string, string> { ["HF_ENDPOINT"] = _hub.Address, ["HF_HUB_CACHE"] = _cache, ["HF_HUB_OFFLINE"] = "0" };
    }

    /// <summary>What a process needs to use this hub; nothing where the model is not there.</summary>
    public IReadOnlyDictionary<string, string> Variables { get; } = new Dictionary<string, string>();

    public void Dispose()
    {
        _hub?.Dispose();
        Directory.Delete(_cache, recursive: true);
    }
}
