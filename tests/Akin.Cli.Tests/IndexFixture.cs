using System.Text.Json;
using Akin.Search.Storage;

namespace Akin.Cli.Tests;

/// <summary>A folder of a test's own, with a tiny model from the goldens and commands that use them.</summary>
public sealed class IndexFixture : IDisposable
{
    /// <summary>Two layers of 16, made by sentence-transformers: embeds thousands of texts a second.</summary>
    public static readonly string Model = Repository.Golden("models", "sentence", "tiny", "mean-normalize");

    /// <summary>Another one, whose weights are others.</summary>
    public static readonly string OtherModel = Repository.Golden("models", "sentence", "tiny", "prompts");

    // One thread: workers that wait for each other suffer most where many tests share few cores.
    internal static readonly Dictionary<string, string> Environment = new() { ["AKIN_THREADS"] = "1" };

    public string Folder { get; } = Directory.CreateTempSubdirectory("akin-cli-").FullName;

    public string Index => Path.Combine(Folder, "texts.akin");

    public string PathTo(string name) => Path.Combine(Folder, name);

    public string WriteFile(string name, string content)
    {
        File.WriteAllText(PathTo(name), content);
        return PathTo(name);
    }

    /// <summary>A line of JSON for each document: id d0, d1 …</summary>
    public static string Documents(int first, int count, int words = 8) =>
        string.Concat(Enumerable.Range(first, count).Select(i => $$"""{"_id": "d{{i}}", "title": "no {{i}}", "text": "{{Text(i, words)}}", "year": {{1900 + (i % 100)}}}""" + "\n"));

    public string WriteDocuments(string name, int count, int words = 8) => WriteFile(name, Documents(0, count, words));

    internal AkinResult Add(string input, params string[] more) => Run(["index", "add", "--index", Index, "--input", input, .. more]);

    internal static AkinResult Run(params string[] arguments)
    {
        using AkinProcess process = AkinProcess.Start(arguments, Environment);
        return process.Wait();
    }

    internal static JsonElement Json(AkinResult result) => JsonDocument.Parse(result.Succeeded().Output).RootElement;

    /// <summary>The ids in the index, read by the library; none while it is being made.</summary>
    public HashSet<string> StoredIds()
    {
        try
        {
            using DocumentStore store = DocumentStore.Open(Index);
            return [.. store.Enumerate().Select(document => document.Id)];
        }
        catch (Search.IndexNotFoundException)
        {
            return [];
        }
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    private static string Text(int seed, int words)
    {
        string[] vocabulary = ["river", "hill", "engine", "paper", "winter", "harbour", "letter", "window", "market", "stone", "garden"];
        Random random = new(seed);
        return string.Join(' ', Enumerable.Range(0, words).Select(_ => vocabulary[random.Next(vocabulary.Length)]));
    }
}
