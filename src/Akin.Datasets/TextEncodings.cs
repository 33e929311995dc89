using System.Text;

namespace Akin.Datasets;

/// <summary>Finds text encodings by the names Python, iconv and Windows use for them, and guesses what a file that is not UTF-8 may be.</summary>
public static class TextEncodings
{
    internal const int KoreanWindowsPage = 949;
    private const int JapaneseWindowsPage = 932;
    private const int JohabPage = 1361;

    private static readonly Dictionary<string, int> Pages = new(StringComparer.OrdinalIgnoreCase)
    {
        ["cp949"] = KoreanWindowsPage,
        ["ms949"] = KoreanWindowsPage,
        ["uhc"] = KoreanWindowsPage,
        ["euckr"] = KoreanWindowsPage,
        ["ksc5601"] = KoreanWindowsPage,
        ["ksx1001"] = KoreanWindowsPage,
        ["johab"] = JohabPage,
        ["cp1361"] = JohabPage,
        ["gb18030"] = 54936,
        ["gbk"] = 936,
        ["cp936"] = 936,
        ["gb2312"] = 936,
        ["euccn"] = 936,
        ["big5"] = 950,
        ["cp950"] = 950,
        ["big5hkscs"] = 950,
        ["cp932"] = JapaneseWindowsPage,
        ["ms932"] = JapaneseWindowsPage,
        ["shiftjis"] = JapaneseWindowsPage,
        ["sjis"] = JapaneseWindowsPage,
        ["eucjp"] = 51932,
        ["latin1"] = 28591,
        ["iso88591"] = 28591,
        ["latin2"] = 28592,
        ["iso88592"] = 28592,
        ["latin9"] = 28605,
        ["iso885915"] = 28605,
        ["koi8r"] = 20866,
        ["ascii"] = 20127,
        ["usascii"] = 20127,
        ["utf8"] = 65001,
        ["utf8sig"] = 65001,
        ["utf16"] = 1200,
        ["utf16le"] = 1200,
        ["utf16be"] = 1201,
        ["utf32"] = 12000,
        ["utf32le"] = 12000,
        ["utf32be"] = 12001,
    };

    static TextEncodings() => Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);

    /// <summary>An encoding by name; it refuses bytes that are not text.</summary>
    /// <param name="name">For example <c>cp949</c>, <c>euc-kr</c>, <c>gb18030</c>, <c>utf-16</c>, <c>shift_jis</c>, <c>latin-1</c>, <c>cp1252</c>.</param>
    /// <param name="replaceInvalid">Whether bytes that are not text become U+FFFD instead of an error.</param>
    /// <exception cref="DatasetException">The name is not known.</exception>
    public static Encoding Get(string name, bool replaceInvalid = false)
    {
        DecoderFallback fallback = replaceInvalid ? new DecoderReplacementFallback("\uFFFD") : DecoderFallback.ExceptionFallback;
        string plain = name.Replace("-", "", StringComparison.Ordinal).Replace("_", "", StringComparison.Ordinal);
        try
        {
            if (Pages.TryGetValue(plain, out int page)
                || (plain.StartsWith("cp", StringComparison.OrdinalIgnoreCase) && int.TryParse(plain.AsSpan(2), out page))
                || (plain.StartsWith("windows", StringComparison.OrdinalIgnoreCase) && int.TryParse(plain.AsSpan("windows".Length), out page)))
            {
                return Encoding.GetEncoding(page, EncoderFallback.ExceptionFallback, page == JapaneseWindowsPage ? new ShiftJisFallback(fallback) : fallback);
            }

            return Encoding.GetEncoding(name, EncoderFallback.ExceptionFallback, fallback);
        }
        catch (Exception exception) when (exception is ArgumentException or NotSupportedException)
        {
            throw new DatasetException($"there is no encoding '{name}'; known are utf-8, utf-16, cp949, euc-kr, johab, gb18030, gbk, big5, cp932, euc-jp, cp1252, latin-1 and others of .NET.", exception);
        }
    }

    /// <summary>What the byte-order mark at the start of a file says, or null.</summary>
    internal static string? OfByteOrderMark(ReadOnlySpan<byte> start) => start switch
    {
        [0xFF, 0xFE, 0, 0, ..] => "utf-32",
        [0xFF, 0xFE, ..] => "utf-16",
        [0xFE, 0xFF, ..] => "utf-16be",
        [0xEF, 0xBB, 0xBF, ..] => "utf-8",
        _ => null,
    };

    /// <summary>What bytes that are not UTF-8 look like: an encoding to try first and, where two fit, a second.</summary>
    internal static string Guess(ReadOnlySpan<byte> sample)
    {
        // A sample may end inside a character: leave out the last bytes up to a line end.
        int end = sample.LastIndexOf((byte)'\n');
        sample = end > 0 ? sample[..end] : sample;
        string? korean = TryDecode("cp949", sample);
        string? chinese = TryDecode("gb18030", sample);
        string? japanese = TryDecode("cp932", sample);
        int letters = korean?.Count(letter => letter >= 0x80) ?? 0;
        int hangul = korean?.Count(letter => letter is >= '\uAC00' and <= '\uD7A3') ?? 0;
        int kana = japanese?.Count(letter => letter is >= '\u3041' and <= '\u30FF') ?? 0;
        if (letters > 0 && hangul * 10 >= letters * 7)
        {
            return "cp949";
        }

        if (kana > 0 && kana * 3 >= japanese!.Count(letter => letter >= 0x80))
        {
            return "cp932";
        }

        bool mostlyAscii = sample.Length > 0 && sample.ToArray().Count(value => value >= 0x80) * 8 < sample.Length;
        return chinese is not null && !(mostlyAscii && korean is null) ? "gb18030" : "cp1252";
    }

    private static string? TryDecode(string name, ReadOnlySpan<byte> sample)
    {
        try
        {
            return Get(name).GetString(sample);
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }
}
