using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using Akin.Tokenizers.Unicode;

namespace Akin.Tokenizers.SentencePiece;

/// <summary>
/// A compiled normalization rule of SentencePiece (<c>precompiled_charsmap</c>): runs of characters and what replaces them. The file format is a
/// double-array trie over UTF-8 bytes (Aoe, 1989; as <c>darts-clone</c> 0.32 packs it) followed by the replacements, each ended by a zero byte.
/// Immutable, safe for use by several threads.
/// </summary>
public sealed class CharacterMap
{
    private const int AsciiLimit = 0x80;

    private readonly byte[] blob;
    private readonly uint[] units;
    private readonly int replacementsStart;
    private readonly Func<string, TokenizerFileException> wrong;
    private readonly ConcurrentDictionary<int, string> replacements = new();
    private readonly ulong[] firstCharacters = new ulong[0x10000 / 64]; // those of the basic plane with which some entry starts

    private CharacterMap(byte[] blob, uint[] units, Func<string, TokenizerFileException> wrong)
    {
        (this.blob, this.units, this.wrong) = (blob, units, wrong);
        replacementsStart = sizeof(uint) * (units.Length + 1);
        Span<byte> bytes = stackalloc byte[4];
        for (int codePoint = 1; codePoint < 0x10000; codePoint++)
        {
            if (codePoint is >= 0xD800 and < 0xE000)
                continue;
            int node = Start();
            int value = -1;
            int length = new Rune(codePoint).EncodeToUtf8(bytes);
            for (int i = 0; i < length && node >= 0; i++)
                node = Step(node, bytes[i], out value);
            if (node >= 0)
                firstCharacters[codePoint >> 6] |= 1UL << (codePoint & 63);
        }
        bool changesAscii = false;
        for (char unit = ' '; unit < AsciiLimit; unit++)
        {
            Step(Start(), (byte)unit, out int value);
            changesAscii |= value >= 0 || StartsAsciiRun(unit);
        }
        LeavesPrintableAscii = !changesAscii;
    }

    /// <summary>The map as the file has it.</summary>
    public ReadOnlySpan<byte> Bytes => blob;

    /// <summary>Whether texts of U+0020 to U+007F stay as they are, so that most need no look.</summary>
    public bool LeavesPrintableAscii { get; }

    /// <summary>Reads a map.</summary>
    /// <param name="bytes">The map as the file has it.</param>
    /// <param name="wrong">Makes the error for a map that is damaged.</param>
    internal static CharacterMap Parse(byte[] bytes, Func<string, TokenizerFileException> wrong)
    {
        uint size = bytes.Length < sizeof(uint) ? 0 : BinaryPrimitives.ReadUInt32LittleEndian(bytes);
        if (size is 0 || size % sizeof(uint) != 0 || size > (uint)(bytes.Length - sizeof(uint)))
            throw wrong($"the trie has {size} bytes of the {bytes.Length} there are, where a positive multiple of {sizeof(uint)} was expected");
        uint[] units = new uint[size / sizeof(uint)];
        for (int i = 0; i < units.Length; i++)
            units[i] = BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan((i + 1) * sizeof(uint)));
        return new CharacterMap(bytes, units, wrong);
    }

    /// <summary>The longest entry at a place of a text, as SentencePiece replaces.</summary>
    /// <param name="text">Well-formed text.</param>
    /// <param name="at">Where to look.</param>
    /// <param name="replacement">What replaces it.</param>
    /// <returns>The length of the entry in UTF-16 units, or 0 when there is none.</returns>
    internal int Longest(ReadOnlySpan<char> text, int at, out string? replacement)
    {
        int length = Find(text[at..], longest: true, out int value);
        replacement = length == 0 ? null : Replacement(value);
        return length;
    }

    /// <summary>The shortest entry at the start of a text, as Hugging Face tokenizers replaces.</summary>
    /// <param name="text">Well-formed text.</param>
    /// <param name="replacement">What replaces it.</param>
    internal bool TryShortest(ReadOnlySpan<char> text, [NotNullWhen(true)] out string? replacement)
    {
        replacement = Find(text, longest: false, out int value) == 0 ? null : Replacement(value);
        return replacement is not null;
    }

    /// <summary>Whether some entry starts with an ASCII character and another one.</summary>
    internal bool StartsAsciiRun(char first)
    {
        int node = Step(Start(), (byte)first, out _);
        for (int next = 0; next < AsciiLimit && node >= 0; next++)
        {
            if (Step(node, (byte)next, out _) >= 0)
                return true;
        }
        return false;
    }

    /// <summary>Whether some entry starts with a unit of UTF-16; every surrogate may.</summary>
    internal bool MayStart(char unit) => char.IsSurrogate(unit) || (firstCharacters[unit >> 6] >> (unit & 63) & 1) != 0;

    private int Find(ReadOnlySpan<char> text, bool longest, out int value)
    {
        value = -1;
        int length = 0;
        if (text.IsEmpty || !MayStart(text[0]))
            return 0;
        Span<byte> bytes = stackalloc byte[4];
        int node = Start();
        for (int i = 0; i < text.Length;)
        {
            int found = -1;
            if (text[i] < AsciiLimit)
            {
                if (text[i] == 0)
                    break; // the end of a key, to the trie
                node = Step(node, (byte)text[i], out found);
                i++;
            }
            else
            {
                int codePoint = Utf16.CodePointAt(text, i, out int size);
                int count = new Rune(codePoint).EncodeToUtf8(bytes);
                for (int k = 0; k < count && node >= 0; k++)
                    node = Step(node, bytes[k], out found);
                i += size;
            }
            if (node < 0)
                break;
            if (found >= 0)
            {
                (value, length) = (found, i);
                if (!longest)
                    break;
            }
        }
        return length;
    }

    private int Start() => Child(0, units[0]);

    /// <summary>One byte further. A node outside the array, which only a damaged map has, is an error here rather than a read outside it.</summary>
    private int Step(int node, byte label, out int value)
    {
        value = -1;
        int at = node ^ label;
        if (at >= units.Length)
            return -1;
        uint unit = units[at];
        if ((unit & 0x8000_00FF) != label)
            return -1;
        int child = Child(at, unit);
        if ((unit >> 8 & 1) != 0)
            value = child < units.Length ? (int)(units[child] & int.MaxValue) : throw wrong($"the trie points to the unit {child} of {units.Length}");
        return child;
    }

    private static int Child(int at, uint unit) => at ^ (int)(unit >> 10 << (int)((unit & 0x200) >> 6)) & int.MaxValue;

    private string Replacement(int offset) => replacements.GetOrAdd(offset, static (offset, map) =>
    {
        ReadOnlySpan<byte> all = map.blob.AsSpan(map.replacementsStart);
        int length = offset < all.Length ? all[offset..].IndexOf((byte)0) : -1;
        if (length < 0)
            throw map.wrong($"the trie points to the replacement at {offset}, where no text ends with a zero byte in the {all.Length} bytes of them");
        return System.Text.Encoding.UTF8.GetString(all.Slice(offset, length));
    }, this);
}
