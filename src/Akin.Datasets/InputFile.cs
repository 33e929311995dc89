using System.IO.Compression;

namespace Akin.Datasets;

/// <summary>Opens the inputs of readers: plain files, gzip files whatever their name, and standard input as <c>-</c>.</summary>
public static class InputFile
{
    /// <summary>Without this switch of .NET a gzip file that was cut off reads as a shorter whole one.</summary>
    static InputFile() => AppContext.SetSwitch("System.IO.Compression.UseStrictValidation", true);

    /// <summary>The path that stands for standard input.</summary>
    public const string StandardInput = "-";

    /// <summary>The name of an input in messages and in the ids of records without one: the path itself, or <c>stdin</c>.</summary>
    public static string DisplayName(string path) => path == StandardInput ? "stdin" : path;

    /// <summary>
    /// The extension that tells the format, in lower case and without <c>.gz</c>: <c>.jsonl</c> for <c>corpus.JSONL.gz</c>; empty when there is none.
    /// </summary>
    public static string FormatExtension(string path)
    {
        string name = path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? path[..^3] : path;
        return Path.GetExtension(name).ToLowerInvariant();
    }

    /// <summary>Opens an input for reading from its start, unpacked when it is gzip (told by its first bytes, not by its name).</summary>
    /// <param name="path">A file, or <c>-</c> for standard input (which must not be compressed).</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="DataFormatException">The path is a folder, or the file is empty.</exception>
    public static Stream Open(string path)
    {
        if (path == StandardInput)
        {
            return Console.OpenStandardInput();
        }

        if (Directory.Exists(path))
        {
            throw new DataFormatException(path, 0, "this is a folder; name a file.");
        }

        if (!File.Exists(path))
        {
            throw new FileNotFoundException($"There is no file '{path}' (looked from '{Directory.GetCurrentDirectory()}').", path);
        }

        FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 1);
        Span<byte> magic = stackalloc byte[2];
        int read = file.ReadAtLeast(magic, magic.Length, throwOnEndOfStream: false);
        if (read == 0)
        {
            file.Dispose();
            throw Empty(path);
        }

        bool compressed = read == 2 && magic[0] == 0x1F && magic[1] == 0x8B;
        if (file.CanSeek)
        {
            file.Position = 0;
            return compressed ? new GZipStream(file, CompressionMode.Decompress) : file;
        }

        // A pipe given by name (`<(zcat …)`) cannot go back: put the two bytes in front again.
        Stream whole = new PrefixedStream(magic[..read].ToArray(), file);
        return compressed ? new GZipStream(whole, CompressionMode.Decompress) : whole;
    }

    internal static DataFormatException Empty(string path) =>
        new(DisplayName(path), 0, "the file is empty: it holds no text.");
}
