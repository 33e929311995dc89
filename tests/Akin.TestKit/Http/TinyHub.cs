using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Akin.TestKit.Http;

/// <summary>
/// A hub with one repository that answers as the one behind <c>tests/goldens/models/hub</c> did: small files in git, large ones behind a redirect to a
/// second host, and every request noted.
/// </summary>
public sealed partial class TinyHub : IDisposable
{
    public const string Repository = "akin-labs/tiny-model";

    public const string FirstCommit = "aaaaaaa111111111111111111111111111111111";
    public const string OlderCommit = "bbbbbbb222222222222222222222222222222222";
    public const string ThirdCommit = "ccccccc333333333333333333333333333333333";

    private readonly LoopbackServer _server;

    public TinyHub() => _server = new LoopbackServer(Answer);

    public string Address => _server.Address;

    /// <summary>The second host: the same server under another name, as a store of large files is.</summary>
    public string Storage => $"http://localhost:{_server.Port}";

    /// <summary>The name of the repository.</summary>
    public string Name { get; init; } = Repository;

    public Dictionary<string, byte[]> Files { get; init; } = new()
    {
        ["config.json"] = "{\"model_type\": \"bert\", \"hidden_size\": 16}\n"u8.ToArray(),
        ["vocab.txt"] = "[PAD]\n[UNK]\nhello\n"u8.ToArray(),
        ["1_Pooling/config.json"] = "{\"pooling_mode\": \"mean\"}\n"u8.ToArray(),
    };

    public HashSet<string> LargeFiles { get; } = ["model.safetensors"];

    public Dictionary<string, string> References { get; } = new() { ["main"] = FirstCommit, ["v1.0"] = OlderCommit, ["refs/pr/2"] = OlderCommit };

    public ConcurrentQueue<(Request Request, Answer Answer)> Log { get; } = new();

    /// <summary>Looks at every answer with content before it is sent; a test changes it to break things.</summary>
    public Func<Request, Answer, Answer> Tamper { get; set; } = (_, answer) => answer;

    public static byte[] Weights(int repeats = 48_000) => [.. Enumerable.Repeat(Enumerable.Range(0, 256).Select(value => (byte)value), repeats).SelectMany(bytes => bytes)];

    /// <summary>From now on the hub cannot be reached.</summary>
    public void Stop() => _server.Stop();

    public void Dispose() => _server.Dispose();

    public string ETagOf(string file) => LargeFiles.Contains(file)
        ? Convert.ToHexStringLower(SHA256.HashData(Files[file]))
        : GitSha1(Files[file]);

#pragma warning disable CA5350 // git names contents by SHA-1
    public static string GitSha1(byte[] content) => Convert.ToHexStringLower(SHA1.HashData([.. Encoding.ASCII.GetBytes($"blob {content.Length}\0"), .. content]));
#pragma warning restore CA5350

    private Answer Answer(Request request)
    {
        Answer answer = Tamper(request, Find(request));
        Log.Enqueue((request, answer));
        return answer;
    }

    private Answer Find(Request request)
    {
        string path = Uri.UnescapeDataString(request.Path.Split('?')[0]);
        if (path.StartsWith("/storage/", StringComparison.Ordinal))
        {
            return Content(request, Files[path["/storage/".Length..]]);
        }

        if (ResolvePattern().Match(path) is { Success: true } resolve)
        {
            return Resolve(request, resolve.Groups[1].Value, resolve.Groups[2].Value, resolve.Groups[3].Value);
        }

        if (TreePattern().Match(path) is { Success: true } tree && tree.Groups[1].Value == Name)
        {
            return Json(Files.Select(file => LargeFiles.Contains(file.Key)
                ? (object)new { type = "file", path = file.Key, size = file.Value.Length, oid = GitSha1(file.Value), lfs = new { oid = ETagOf(file.Key), size = file.Value.Length, pointerSize = 130 } }
                : new { type = "file", path = file.Key, size = file.Value.Length, oid = GitSha1(file.Value) }));
        }

        if (InfoPattern().Match(path) is { Success: true } info && info.Groups[1].Value == Name)
        {
            return Json(new { id = Name, sha = References.GetValueOrDefault(info.Groups[2].Value, FirstCommit), tags = new[] { "bert", "ko" }, pipeline_tag = "sentence-similarity", downloads = 7 });
        }

        return Error(404, ("X-Error-Code", "RepoNotFound"));
    }

    private Answer Resolve(Request request, string repository, string revision, string file)
    {
        if (repository != Name)
        {
            return Error(401, ("X-Error-Code", "RepoNotFound"), ("X-Error-Message", "Repository not found"));
        }

        if (!References.TryGetValue(revision, out string? commit))
        {
            commit = References.ContainsValue(revision) ? revision : null;
        }

        if (commit is null)
        {
            return Error(404, ("X-Error-Code", "RevisionNotFound"), ("X-Error-Message", $"Invalid rev id: {revision}"));
        }

        if (!Files.TryGetValue(file, out byte[]? content))
        {
            return Error(404, ("X-Error-Code", "EntryNotFound"), ("X-Repo-Commit", commit), ("X-Error-Message", "Entry not found"));
        }

        return LargeFiles.Contains(file)
            ? Error(
                302, ("X-Repo-Commit", commit), ("X-Linked-Size", content.Length.ToString(CultureInfo.InvariantCulture)), ("X-Linked-ETag", $"\"{ETagOf(file)}\""),
                ("Location", $"{Storage}/storage/{file}"), ("ETag", "\"of-the-pointer\""))
            : Content(request, content, ("X-Repo-Commit", commit), ("ETag", $"\"{GitSha1(content)}\""));
    }

    private static Answer Content(Request request, byte[] content, params (string Name, string Value)[] headers)
    {
        int start = request.Header("Range") is { } range ? int.Parse(range["bytes=".Length..].TrimEnd('-'), CultureInfo.InvariantCulture) : 0;
        Answer answer = start == 0 ? new Answer(200, content) : new Answer(206, content[start..]);
        foreach ((string name, string value) in headers)
        {
            answer.Headers[name] = value;
        }

        answer.Headers["Accept-Ranges"] = "bytes";
        if (start > 0)
        {
            answer.Headers["Content-Range"] = $"bytes {start}-{content.Length - 1}/{content.Length}";
        }

        answer.Headers["Content-Length"] = answer.Body.Length.ToString(CultureInfo.InvariantCulture);
        return answer;
    }

    public static Answer Json(object value) => new(200, JsonSerializer.SerializeToUtf8Bytes(value)) { Headers = { ["Content-Type"] = "application/json" } };

    public static Answer Error(int status, params (string Name, string Value)[] headers)
    {
        Answer answer = new(status, []);
        foreach ((string name, string value) in headers)
        {
            answer.Headers[name] = value;
        }

        return answer;
    }

    [GeneratedRegex(@"^/([^/]+/[^/]+)/resolve/(refs/pr/\d+|[^/]+)/(.+)$")]
    private static partial Regex ResolvePattern();

    [GeneratedRegex(@"^/api/models/([^/]+/[^/]+)/tree/(.+)$")]
    private static partial Regex TreePattern();

    [GeneratedRegex(@"^/api/models/([^/]+/[^/]+)/revision/(.+)$")]
    private static partial Regex InfoPattern();
}
