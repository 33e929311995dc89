using System.Buffers;
using System.Security.Cryptography;
using System.Text;

namespace Akin.Hub;

/// <summary>The checksums by which the hub names contents: SHA-256 of large files, git's SHA-1 of small ones.</summary>
internal static class ContentHash
{
    private const int BufferBytes = 1 << 20;

    /// <summary>Whether an ETag is a checksum at all; some mirrors make up their own.</summary>
    public static bool IsChecksum(string etag) => etag.Length is 40 or 64 && etag.All(char.IsAsciiHexDigitLower);

    /// <summary>The checksum of a file, of the kind of <paramref name="etag"/>, in lower-case hexadecimal digits.</summary>
    public static async Task<string> ComputeAsync(string path, string etag, CancellationToken cancellationToken)
    {
        using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0, FileOptions.SequentialScan);
        using IncrementalHash hash = IncrementalHash.CreateHash(etag.Length == 64 ? HashAlgorithmName.SHA256 : HashAlgorithmName.SHA1);
        if (etag.Length == 40)
        {
            // git hashes an object: its kind, its size, a zero, its bytes.
            hash.AppendData(Encoding.ASCII.GetBytes($"blob {file.Length}\0"));
        }

        byte[] buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            int count;
            while ((count = await file.ReadAsync(buffer.AsMemory(0, BufferBytes), cancellationToken).ConfigureAwait(false)) > 0)
            {
                hash.AppendData(buffer, 0, count);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
