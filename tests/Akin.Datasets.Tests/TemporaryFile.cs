using System.IO.Compression;
using System.Text;

namespace Akin.Datasets.Tests;

/// <summary>A file that lives as long as a test; packed when its extension ends in .gz.</summary>
internal sealed class TemporaryFile : IDisposable
{
    public TemporaryFile(string extension, string content)
        : this(extension, Encoding.UTF8.GetBytes(content))
    {
    }

    public TemporaryFile(string extension, byte[] content)
    {
        Path = System.IO.Path.Combine(System.IO.Path.GetTempPath(), $"akin-{Guid.NewGuid():N}{extension}");
        using Stream file = File.Create(Path);
        using Stream stream = extension.EndsWith(".gz", StringComparison.Ordinal) ? new GZipStream(file, CompressionLevel.Fastest) : file;
        stream.Write(content);
    }

    public string Path { get; }

    public void Dispose() => File.Delete(Path);
}
