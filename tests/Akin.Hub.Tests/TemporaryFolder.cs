namespace Akin.Hub.Tests;

/// <summary>A folder of a test's own, removed with it.</summary>
public sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("akin-hub-").FullName;

    public string Combine(params string[] parts) => System.IO.Path.Combine([Path, .. parts]);

    /// <summary>Every file and link below the folder, relative, in order.</summary>
    public string[] Tree(string below = "") => Directory.Exists(Combine(below))
        ? [.. Directory.EnumerateFiles(Combine(below), "*", SearchOption.AllDirectories)
            .Select(path => System.IO.Path.GetRelativePath(Combine(below), path).Replace('\\', '/')).Order(StringComparer.Ordinal)]
        : [];

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
