using Akin.Tokenizers.Models;
using Akin.Tokenizers.Normalizers;
using Akin.Tokenizers.PreTokenizers;
using Akin.Tokenizers.Unicode;

namespace Akin.Tokenizers;

/// <summary>
/// The whole BERT pipeline in one pass over the text, for ids only: every UTF-16 unit is looked up once, words gather in a small buffer and
/// are looked up whole. Allocates nothing once warm. Gives the same ids as the stages one by one; where it could not it says so.
/// </summary>
internal sealed class BertIdEncoder
{
    private const int Undecided = -1;

    private readonly BertCharacterMap map;
    private readonly WordPiece model;
    private readonly AddedTokenMatcher added;
    private readonly HashSet<int> watched;
    private readonly ScratchPool<Scratch> scratches = new(static () => new Scratch());

    private BertIdEncoder(BertNormalizer normalizer, WordPiece model, AddedVocabulary added)
    {
        this.model = model;
        this.added = added.InOriginal;
        watched = [.. added.Tokens.Values.Where(static token => token.Normalized)
            .Select(token => normalizer.Normalize(token.Content)).Where(static text => text.Length > 0).Select(static text => Utf16.CodePointAt(text, 0, out _))];
        map = new BertCharacterMap(normalizer, watched);
    }

    /// <summary>The encoder for a tokenizer of BERT's kind, or null.</summary>
    public static BertIdEncoder? TryCreate(Normalizer? normalizer, PreTokenizer? preTokenizer, Model model, AddedVocabulary added) =>
        normalizer is BertNormalizer bert && preTokenizer is BertPreTokenizer && model is WordPiece wordPiece
            && !added.Tokens.Values.Any(static token => token.Content.Contains(UnicodeTables.Replacement))
            ? new BertIdEncoder(bert, wordPiece, added)
            : null;

    /// <summary>Encodes a text without special tokens.</summary>
    /// <param name="text">The text; unpaired surrogates count as U+FFFD.</param>
    /// <param name="destination">Receives the first ids.</param>
    /// <returns>How many were written, or -1 when this text needs the stages one by one.</returns>
    public int Encode(ReadOnlySpan<char> text, Span<int> destination)
    {
        Scratch scratch = scratches.Rent();
        int count = 0, consumed = 0, searchFrom = 0;
        if (!added.IsEmpty)
        {
            while (added.TryFindNext(text, ref searchFrom, consumed, splitSpecialTokens: false, out int start, out int end, out int id))
            {
                count = EncodePart(text[consumed..start], destination, count, scratch);
                if (count < 0 || count == destination.Length)
                {
                    scratches.Return(scratch);
                    return count;
                }
                destination[count++] = id;
                consumed = end;
            }
        }
        count = EncodePart(text[consumed..], destination, count, scratch);
        scratches.Return(scratch);
        return count;
    }

    private int EncodePart(ReadOnlySpan<char> text, Span<int> destination, int count, Scratch scratch)
    {
        ushort[] units = map.Units;
        scratch.Clear();
        char[] word = scratch.Word;
        int length = 0; // of the word so far; kept in a register rather than in the scratch
        for (int i = 0; i < text.Length && count < destination.Length; i++)
        {
            char unit = text[i];
            ushort mapped = units[unit];
            if ((ushort)(mapped - BertCharacterMap.FirstCode) >= BertCharacterMap.CodeCount)
            {
                if (length >= word.Length - PieceCache.LongestPiece)
                {
                    length = scratch.MakeRoom(length, model.MaximumWordLength);
                    word = scratch.Word;
                }
                word[length++] = (char)mapped;
                continue;
            }
            switch (mapped)
            {
                case BertCharacterMap.Space:
                    if (length > 0)
                        count = EncodeWord(scratch, length, destination, count);
                    length = 0;
                    break;
                case BertCharacterMap.Dropped:
                    break;
                case BertCharacterMap.Isolated:
                    if (length > 0)
                        count = EncodeWord(scratch, length, destination, count);
                    word[0] = unit;
                    count = EncodeWord(scratch, 1, destination, count);
                    length = 0;
                    break;
                default:
                    int codePoint = Utf16.CodePointAt(text, i, out int size);
                    i += size - 1;
                    count = EncodeComplex(codePoint, scratch, ref length, destination, count);
                    if (count < 0)
                        return Undecided;
                    word = scratch.Word;
                    break;
            }
        }
        return length > 0 && count < destination.Length ? EncodeWord(scratch, length, destination, count) : count;
    }

    private int EncodeComplex(int codePoint, Scratch scratch, ref int length, Span<int> destination, int count)
    {
        Span<int> expansion = stackalloc int[BertCharacterMap.LongestExpansion];
        int expanded = map.Expand(codePoint, expansion);
        if (expanded < 0)
            return Undecided;
        foreach (int part in expansion[..expanded])
        {
            if (watched.Count > 0 && watched.Contains(part))
                return Undecided;
            CharacterFlags flags = UnicodeTables.Flags(part);
            bool isolated = (flags & CharacterFlags.BertPunctuation) != 0;
            if (isolated || (flags & CharacterFlags.Whitespace) != 0)
            {
                if (length > 0)
                    count = EncodeWord(scratch, length, destination, count);
                length = 0;
            }
            else if (length >= scratch.Word.Length - PieceCache.LongestPiece)
            {
                length = scratch.MakeRoom(length, model.MaximumWordLength);
            }
            if ((flags & CharacterFlags.Whitespace) != 0)
                continue;
            int size = Utf16.Write(part, scratch.Word.AsSpan(length));
            length += size;
            scratch.Pairs += size - 1;
            if (isolated)
            {
                count = EncodeWord(scratch, length, destination, count);
                length = 0;
            }
        }
        return count;
    }

    /// <summary>Writes the ids of the word in the buffer, as far as there is room, and makes the buffer ready for the next one.</summary>
    private int EncodeWord(Scratch scratch, int length, Span<int> destination, int count)
    {
        char[] word = scratch.Word;
        if (length <= PieceCache.LongestPiece && length <= model.MaximumWordLength && !scratch.TooLong)
        {
            scratch.Pairs = 0;
            ref PieceCache.Line line = ref scratch.Cache.Find(ref word[0], length, out bool found);
            if (found)
                return Copy(line.Ids, destination, count);
            int known = model.Match(word.AsSpan(0, length), scratch.Ids, []);
            if (known == 0)
                scratch.Ids[0] = model.UnknownId;
            ReadOnlySpan<int> ids = scratch.Ids.AsSpan(0, Math.Max(known, 1));
            line.Fill(length, ids);
            return Copy(ids, destination, count);
        }
        bool unknown = scratch.TooLong || length - scratch.Pairs > model.MaximumWordLength;
        int pieces = unknown ? 0 : model.Match(word.AsSpan(0, length), scratch.Ids, []);
        if (pieces == 0)
            scratch.Ids[0] = model.UnknownId;
        scratch.Clear();
        return Copy(scratch.Ids.AsSpan(0, Math.Max(pieces, 1)), destination, count);
    }

    private static int Copy(ReadOnlySpan<int> ids, Span<int> destination, int count)
    {
        if (ids.Length == 1 && count < destination.Length) // most words
        {
            destination[count] = ids[0];
            return count + 1;
        }
        ids = ids[..Math.Min(ids.Length, destination.Length - count)];
        ids.CopyTo(destination[count..]);
        return count + ids.Length;
    }

    /// <summary>What one call needs to work; kept for the next.</summary>
    private sealed class Scratch
    {
        public PieceCache Cache { get; } = new();

        /// <summary>The word so far; <see cref="PieceCache.LongestPiece"/> units behind it are readable.</summary>
        public char[] Word { get; private set; } = new char[256];

        public int[] Ids { get; private set; } = new int[256];

        /// <summary>Surrogate pairs in the word: its length in code points is that much less.</summary>
        public int Pairs { get; set; }

        /// <summary>Whether the word had more characters than any word may have; the buffer then no longer holds it.</summary>
        public bool TooLong { get; private set; }

        public void Clear() => (Pairs, TooLong) = (0, false);

        /// <summary>Makes room for another character; a word that is too long anyway is forgotten but for that fact.</summary>
        /// <returns>The length to go on with.</returns>
        public int MakeRoom(int length, int maximumWordLength)
        {
            if (TooLong || length - Pairs > maximumWordLength)
            {
                TooLong = true;
                return 1;
            }
            char[] larger = new char[Word.Length * 2];
            Word.AsSpan(0, length).CopyTo(larger);
            Word = larger;
            Ids = new int[larger.Length];
            return length;
        }
    }
}
