using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Akin.Search.Storage;

/// <summary>SHA-256 of everything of a document but its identifier: tells an unchanged document from a changed one without its text.</summary>
internal static class ContentHash
{
    public const int SizeBytes = SHA256.HashSizeInBytes;

    public static byte[] Of(Document document)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Append(hash, document.Title);
        Append(hash, document.Text);
        Append(hash, document.Metadata);
        return hash.GetHashAndReset();
    }

    // Every part is preceded by its length (-1 when absent), so that no two documents give the same bytes.
    private static void Append(IncrementalHash hash, string? part)
    {
        Span<byte> length = stackalloc byte[sizeof(int)];
        if (part is null)
        {
            BinaryPrimitives.WriteInt32LittleEndian(length, -1);
            hash.AppendData(length);
            return;
        }

        byte[] bytes = ArrayPool<byte>.Shared.Rent(Encoding.UTF8.GetMaxByteCount(part.Length));
        int count = Encoding.UTF8.GetBytes(part, bytes);
        BinaryPrimitives.WriteInt32LittleEndian(length, count);
        hash.AppendData(length);
        hash.AppendData(bytes, 0, count);
        ArrayPool<byte>.Shared.Return(bytes);
    }
}
