namespace Akin.Tokenizers.Unicode;

/// <summary>
/// Writes each byte as one visible character, as GPT-2 does (<c>bytes_to_unicode</c>): the printable characters of Latin-1 stand for
/// themselves, the other 68 bytes are U+0100 and following in order, so that a space is Ġ.
/// </summary>
internal static class ByteAlphabet
{
    /// <summary>The most bytes that a UTF-16 unit takes in UTF-8.</summary>
    public const int MostBytesOfUnit = 3;

    /// <summary>One past the last character of the alphabet.</summary>
    private const int Limit = 0x100 + 68;

    private static readonly char[] Characters = MakeCharacters();
    private static readonly short[] Bytes = MakeBytes();

    /// <summary>The character of each byte.</summary>
    public static ReadOnlySpan<char> CharacterOf => Characters;

    /// <summary>The byte that a character stands for, or -1.</summary>
    public static int ByteOf(char unit) => unit < Limit ? Bytes[unit] : -1;

    /// <summary>The number of bytes, and so of characters of the alphabet, that a text takes.</summary>
    public static int LengthOf(ReadOnlySpan<char> text) => System.Text.Encoding.UTF8.GetByteCount(text);

    /// <summary>The number of bytes, and so of characters of the alphabet, that a code point takes.</summary>
    public static int LengthOf(int codePoint) => codePoint < 0x80 ? 1 : codePoint < 0x800 ? 2 : codePoint < 0x10000 ? 3 : 4;

    /// <summary>Writes a text in the alphabet.</summary>
    /// <param name="text">The text, well-formed UTF-16.</param>
    /// <param name="destination">Room for at least as many characters as there are bytes; <see cref="MostBytesOfUnit"/> times the length of the text is always enough.</param>
    /// <returns>The number of characters written.</returns>
    public static int Write(ReadOnlySpan<char> text, Span<char> destination)
    {
        int written = 0;
        for (int i = 0; i < text.Length; i++)
        {
            int unit = text[i];
            if (unit < 0x80)
            {
                destination[written++] = Characters[unit];
                continue;
            }
            int codePoint = Utf16.CodePointAt(text, i, out int size);
            written += Write(codePoint, destination[written..]);
            i += size - 1;
        }
        return written;
    }

    /// <summary>Writes one code point in the alphabet and returns the number of characters: that of its bytes in UTF-8.</summary>
    public static int Write(int codePoint, Span<char> destination)
    {
        if (codePoint < 0x80)
        {
            destination[0] = Characters[codePoint];
            return 1;
        }
        if (codePoint < 0x800)
        {
            destination[0] = Characters[0xC0 | (codePoint >> 6)];
            destination[1] = Characters[0x80 | (codePoint & 0x3F)];
            return 2;
        }
        if (codePoint < 0x10000)
        {
            destination[0] = Characters[0xE0 | (codePoint >> 12)];
            destination[1] = Characters[0x80 | ((codePoint >> 6) & 0x3F)];
            destination[2] = Characters[0x80 | (codePoint & 0x3F)];
            return 3;
        }
        destination[0] = Characters[0xF0 | (codePoint >> 18)];
        destination[1] = Characters[0x80 | ((codePoint >> 12) & 0x3F)];
        destination[2] = Characters[0x80 | ((codePoint >> 6) & 0x3F)];
        destination[3] = Characters[0x80 | (codePoint & 0x3F)];
        return 4;
    }

    private static char[] MakeCharacters()
    {
        char[] characters = new char[256];
        int others = 0;
        for (int value = 0; value < 256; value++)
        {
            bool visible = value is (>= '!' and <= '~') or (>= 0xA1 and <= 0xAC) or (>= 0xAE and <= 0xFF);
            characters[value] = (char)(visible ? value : 0x100 + others++);
        }
        return characters;
    }

    private static short[] MakeBytes()
    {
        short[] bytes = new short[Limit];
        Array.Fill(bytes, (short)-1);
        for (short value = 0; value < 256; value++)
            bytes[Characters[value]] = value;
        return bytes;
    }
}
