using System.Buffers.Binary;

namespace Akin.Search.Lexical.Analysis;

/// <summary>The word-break class of every code point and what emoji are made of it: Unicode 14, written by <c>eng/unicode/word-breaks.pl</c>.</summary>
internal static class WordBreakTable
{
    private const byte ClassMask = 0x1F;
    private const byte EmojiCharacter = 0x20;
    private const byte EmojiModifierBase = 0x40;
    private const byte EmojiModifier = 0x80;

    // Planes 0 and 1, where nearly all text lies, are looked up; the runs of the others are searched.
    private const int DirectLimit = 0x20000;

    private static readonly uint[] Runs = Load();
    private static readonly byte[] Direct = Expand(Runs);

    public static WordBreakClass ClassOf(int codePoint) => (WordBreakClass)(ValueOf(codePoint) & ClassMask);

    public static bool IsEmojiCharacter(int codePoint) => (ValueOf(codePoint) & EmojiCharacter) != 0;

    public static bool IsEmojiModifierBase(int codePoint) => (ValueOf(codePoint) & EmojiModifierBase) != 0;

    public static bool IsEmojiModifier(int codePoint) => (ValueOf(codePoint) & EmojiModifier) != 0;

    private static byte ValueOf(int codePoint)
    {
        if (codePoint < DirectLimit)
        {
            return Direct[codePoint];
        }

        // The last run that begins at or before the code point: values are in the top byte, so compare what is below.
        int low = 0, high = Runs.Length;
        while (high - low > 1)
        {
            int middle = (low + high) / 2;
            (low, high) = First(Runs[middle]) <= codePoint ? (middle, high) : (low, middle);
        }

        return (byte)(Runs[low] >> 24);
    }

    private static int First(uint run) => (int)(run & 0xFFFFFF);

    private static uint[] Load()
    {
        using Stream stream = typeof(WordBreakTable).Assembly.GetManifestResourceStream("word-breaks.bin")!;
        byte[] bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        uint[] runs = new uint[bytes.Length / sizeof(uint)];
        for (int i = 0; i < runs.Length; i++)
        {
            runs[i] = BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(i * sizeof(uint)));
        }

        return runs;
    }

    private static byte[] Expand(uint[] runs)
    {
        byte[] values = new byte[DirectLimit];
        for (int i = 0; i < runs.Length && First(runs[i]) < DirectLimit; i++)
        {
            int end = i + 1 < runs.Length ? Math.Min(First(runs[i + 1]), DirectLimit) : DirectLimit;
            values.AsSpan(First(runs[i])..end).Fill((byte)(runs[i] >> 24));
        }

        return values;
    }
}
