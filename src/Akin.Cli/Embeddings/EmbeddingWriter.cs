using System.IO.Compression;
using Akin.Datasets;
using Akin.Pipelines;

namespace Akin.Cli.Embeddings;

/// <summary>Writes embeddings row by row, so that a collection need not fit into memory. A new format is a subclass and a line in <see cref="Create"/>.</summary>
internal abstract class EmbeddingWriter
{
    private const string Supported = ".npy, .safetensors, .jsonl and .jsonl.gz, or - for JSON lines on standard output";

    /// <summary>Refuses an output no writer can make, before any work is done.</summary>
    /// <param name="path">Where the embeddings are to go.</param>
    public static void RequireSupported(string path)
    {
        if (path == InputFile.StandardInput)
        {
            return;
        }

        if (InputFile.FormatExtension(path) is var extension && (extension is not (".npy" or ".safetensors" or ".jsonl") || (IsPacked(path) && extension != ".jsonl")))
        {
            throw new CommandException($"'{path}' tells no format that embeddings are written in; supported are {Supported}.");
        }

        string folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        if (!Directory.Exists(folder))
        {
            throw new CommandException($"There is no folder '{folder}' to write '{Path.GetFileName(path)}' into.");
        }
    }

    /// <summary>Begins to write.</summary>
    /// <param name="path">The file's name, which tells the format.</param>
    /// <param name="stream">The file, seekable; it stays open.</param>
    /// <param name="precision">How numbers are stored.</param>
    /// <param name="width">Numbers of a row: the dimension, or for bits the bytes they fill.</param>
    public static EmbeddingWriter Create(string path, Stream stream, EmbeddingPrecision precision, int width) => InputFile.FormatExtension(path) switch
    {
        ".npy" => new NumpyEmbeddingWriter(stream, precision, width),
        ".safetensors" => new SafetensorsEmbeddingWriter(stream, precision, width),
        _ when IsPacked(path) => new JsonLinesEmbeddingWriter(new GZipStream(stream, CompressionLevel.Optimal, leaveOpen: true), precision),
        _ => new JsonLinesEmbeddingWriter(stream, precision),
    };

    /// <summary>Appends an embedding.</summary>
    /// <param name="id">The text's id, where the format has room for it.</param>
    /// <param name="row">Its numbers, in the memory order of the precision.</param>
    public abstract void Write(string id, ReadOnlySpan<byte> row);

    /// <summary>Ends the file; without it the file is not whole.</summary>
    public abstract void Complete();

    private static bool IsPacked(string path) => path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase);
}
