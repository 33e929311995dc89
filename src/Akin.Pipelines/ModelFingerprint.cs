using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Akin.Pipelines;

/// <summary>
/// Tells models apart, wherever their folders lie: a hash over their settings and over samples spread evenly through the weight files. Not over every
/// byte: training changes weights everywhere, and a search must not read a whole model to know which one it is.
/// </summary>
internal static class ModelFingerprint
{
    private const int SampleCount = 512;
    private const int SampleBytes = 256;
    private const int LettersKept = 16;

    /// <summary>In the order in which a checkpoint is looked for, so that other formats beside it count for nothing.</summary>
    private static readonly string[] WeightPatterns = ["*.safetensors", "*.bin", "*.ckpt.data-*", "*.gguf"];

    /// <summary>The fingerprint of a model's folder, or null when it holds no weights.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="settings">What shapes vectors besides the weights.</param>
    public static string? Of(string folder, string settings)
    {
        // Modules with weights of their own lie in folders as 2_Dense.
        string[] files = File.Exists(folder) ? [folder] : [.. new[] { folder }.Concat(Directory.GetDirectories(folder, "?_*").Order(StringComparer.Ordinal)).SelectMany(Weights)];
        if (files.Length == 0)
        {
            return null;
        }

        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes(settings));
        foreach (string file in files)
        {
            Append(hash, file);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset())[..LettersKept];
    }

    private static IEnumerable<string> Weights(string folder) =>
        WeightPatterns.Select(pattern => Directory.GetFiles(folder, pattern)).FirstOrDefault(files => files.Length > 0, []).Order(StringComparer.Ordinal);

    private static void Append(IncrementalHash hash, string path)
    {
        using Microsoft.Win32.SafeHandles.SafeFileHandle file = File.OpenHandle(path);
        long length = RandomAccess.GetLength(file);
        Span<byte> buffer = stackalloc byte[SampleBytes];
        BinaryPrimitives.WriteInt64LittleEndian(buffer, length);
        hash.AppendData(buffer[..sizeof(long)]);
        double step = Math.Max(SampleBytes, (double)(length - SampleBytes) / (SampleCount - 1));
        for (double place = 0; place < length; place += step)
        {
            int read = RandomAccess.Read(file, buffer, Math.Min((long)place, Math.Max(0, length - SampleBytes)));
            hash.AppendData(buffer[..read]);
        }
    }
}
