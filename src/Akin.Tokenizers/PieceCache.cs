using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Akin.Tokenizers.Models;

namespace Akin.Tokenizers;

/// <summary>
/// Remembers the tokens of short pieces (words, mostly): one cache line each, found by the text of the piece itself, the newest taking the place of an
/// older one. Belongs to one thread at a time.
/// </summary>
internal sealed class PieceCache
{
    /// <summary>The longest piece that is remembered, in UTF-16 units: what fits a 32-byte key.</summary>
    public const int LongestPiece = 16;

    /// <summary>The most tokens of a piece that is remembered.</summary>
    public const int MostTokens = 6;

    private const int BitsOfEnd = 5; // an end is at most LongestPiece

    private const int IndexBits = 12; // 4096 lines of 64 bytes: 256 KiB, which stays in a second-level cache

    private readonly Line[] lines = new Line[1 << IndexBits];

    /// <summary>The line where a piece is or would be.</summary>
    /// <param name="piece">The first unit of the piece; <see cref="LongestPiece"/> units from there on must be readable.</param>
    /// <param name="length">Length of the piece, 1 to <see cref="LongestPiece"/>.</param>
    /// <param name="found">Whether the line holds the piece; otherwise the caller may fill it.</param>
    public ref Line Find(ref readonly char piece, int length, out bool found)
    {
        Vector256<ushort> units = Vector256.LoadUnsafe(ref Unsafe.As<char, ushort>(ref Unsafe.AsRef(in piece)));
        Vector256<ulong> key = (units & Vector256.LessThan(Vector256<ushort>.Indices, Vector256.Create((ushort)length))).AsUInt64();
        ulong hash = (key[0] * 0x9E37_79B9_7F4A_7C15) ^ (key[1] * 0xC2B2_AE3D_27D4_EB4F) ^ (key[2] * 0x1656_67B1_9E37_79F9) ^ (key[3] * 0xD6E8_FEB8_6659_FD93);
        hash ^= hash >> 32;
        ref Line line = ref lines[(int)((hash * 0x9E37_79B9_7F4A_7C15) >> (64 - IndexBits))];
        found = line.Key == key && line.Length == length;
        if (!found)
        {
            line.Key = key;
            line.Length = 0; // not valid until it is filled
        }
        return ref line;
    }

    /// <summary>A remembered piece.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct Line
    {
        public Vector256<ulong> Key;
        public byte Length;
        private byte count;
        private bool hasEnds;
        private int ends;
        private IdList ids;

        /// <summary>The ids of the piece.</summary>
        [UnscopedRef]
        public readonly ReadOnlySpan<int> Ids => ((ReadOnlySpan<int>)ids)[..count];

        /// <summary>Whether <see cref="End"/> is known: each token begins where the one before ends, and is called what the vocabulary calls its id.</summary>
        public readonly bool HasEnds => hasEnds;

        /// <summary>Where a token ends in the piece.</summary>
        public readonly int End(int index) => (ends >> (index * BitsOfEnd)) & ((1 << BitsOfEnd) - 1);

        /// <summary>Remembers a piece by its ids; too many of them are not remembered.</summary>
        public void Fill(int length, ReadOnlySpan<int> pieceIds)
        {
            if (pieceIds.Length > MostTokens)
                return;
            pieceIds.CopyTo(ids);
            (Length, count, hasEnds) = ((byte)length, (byte)pieceIds.Length, false);
        }

        /// <summary>Remembers a piece by its tokens; too many of them are not remembered.</summary>
        public void Fill(int length, List<ModelToken> tokens)
        {
            if (tokens.Count > MostTokens)
                return;
            (ends, hasEnds) = (0, true);
            int end = 0;
            for (int i = 0; i < tokens.Count; i++)
            {
                hasEnds &= tokens[i].Start == end && tokens[i].Text is not null;
                end = tokens[i].End;
                ends |= end << (i * BitsOfEnd);
                ids[i] = tokens[i].Id;
            }
            (Length, count) = ((byte)length, (byte)tokens.Count);
        }
    }

    /// <summary>The ids in the line itself.</summary>
    [InlineArray(MostTokens)]
    private struct IdList
    {
        private int first;
    }
}
