using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Akin.Tokenizers;

/// <summary>
/// Remembers the ids of short words: one cache line each, found by the word itself, the newest word taking the place of an older one.
/// Belongs to one thread at a time.
/// </summary>
internal sealed class WordCache
{
    /// <summary>The longest word that is remembered, in UTF-16 units: what fits a 32-byte key.</summary>
    public const int LongestWord = 16;

    /// <summary>The most ids of a word that is remembered.</summary>
    public const int MostIds = 6;

    private const int IndexBits = 12; // 4096 lines of 64 bytes: 256 KiB, which stays in a second-level cache

    private readonly Line[] lines = new Line[1 << IndexBits];

    /// <summary>The line where a word is or would be.</summary>
    /// <param name="word">A buffer that starts with the word, zeros after it up to <see cref="LongestWord"/> units.</param>
    /// <param name="length">Length of the word.</param>
    /// <param name="found">Whether the line holds the word.</param>
    public ref Line Find(ref char word, int length, out bool found)
    {
        Vector256<ulong> key = Vector256.LoadUnsafe(ref Unsafe.As<char, ushort>(ref word)).AsUInt64();
        ulong hash = (key[0] * 0x9E37_79B9_7F4A_7C15) ^ (key[1] * 0xC2B2_AE3D_27D4_EB4F) ^ (key[2] * 0x1656_67B1_9E37_79F9) ^ (key[3] * 0xD6E8_FEB8_6659_FD93);
        hash ^= hash >> 32;
        ref Line line = ref lines[(int)((hash * 0x9E37_79B9_7F4A_7C15) >> (64 - IndexBits))];
        found = line.Key == key && line.Length == length;
        if (!found)
        {
            line.Key = key;
            line.Length = 0; // not valid until the caller has filled it
        }
        return ref line;
    }

    /// <summary>A remembered word.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct Line
    {
        public Vector256<ulong> Key;
        public int Length;
        public int Count;
        public IdList Ids;
    }

    /// <summary>The ids in the line itself.</summary>
    [InlineArray(MostIds)]
    public struct IdList
    {
        private int first;
    }
}
