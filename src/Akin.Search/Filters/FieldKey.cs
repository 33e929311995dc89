using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Akin.Search.Filters;

/// <summary>Values of fields as bytes whose order is the order of the values, so that an index of the database finds what <see cref="FieldValue"/> would.</summary>
/// <remarks>The first byte tells the kind. Texts are UTF-16, big-endian, as they are compared; of longer ones only the beginning is kept.</remarks>
internal static class FieldKey
{
    /// <summary>The most UTF-16 units of a text that are kept; a text that has this many may have been longer.</summary>
    public const int MostUnits = 256;

    /// <summary>A list, with the number of its values.</summary>
    public const byte List = (byte)'A';

    /// <summary>True or false.</summary>
    public const byte Truth = (byte)'B';

    /// <summary>A text that is a date.</summary>
    public const byte DateText = (byte)'D';

    /// <summary>The moment of a text that is a date.</summary>
    public const byte Moment = (byte)'M';

    /// <summary>A number.</summary>
    public const byte Number = (byte)'N';

    /// <summary>An object.</summary>
    public const byte Object = (byte)'O';

    /// <summary>A text that is no date.</summary>
    public const byte Text = (byte)'T';

    /// <summary>Null as a value of a list; a field that is null has no key at all.</summary>
    public const byte NullItem = (byte)'Z';

    // A number is its sign, its decimal exponent and its digits: 0.d1d2… × 10^exponent, exponents of decimals being -28 … 29.
    private const byte Zero = 0x80, PositiveExponent = 0xC0, EndOfNegative = 0xFF;

    public static byte[] OfList(int count)
    {
        byte[] key = new byte[5];
        key[0] = List;
        BinaryPrimitives.WriteInt32BigEndian(key.AsSpan(1), count);
        return key;
    }

    public static byte[] OfTruth(bool value) => [Truth, value ? (byte)1 : (byte)0];

    public static byte[] OfMoment(DateTimeOffset moment)
    {
        byte[] key = new byte[9];
        key[0] = Moment;
        BinaryPrimitives.WriteInt64BigEndian(key.AsSpan(1), moment.UtcTicks);
        return key;
    }

    public static byte[] OfText(byte kind, string text)
    {
        byte[] key = new byte[1 + sizeof(char) * Math.Min(text.Length, MostUnits)];
        key[0] = kind;
        for (int i = 1; i < key.Length; i += sizeof(char))
        {
            BinaryPrimitives.WriteUInt16BigEndian(key.AsSpan(i), text[i / sizeof(char)]);
        }

        return key;
    }

    public static byte[] OfNumber(decimal value)
    {
        if (value == 0)
        {
            return [Number, Zero];
        }

        string text = Math.Abs(value).ToString(CultureInfo.InvariantCulture);
        int point = text.IndexOf('.') is >= 0 and int at ? at : text.Length;
        string places = text.Remove(Math.Min(point, text.Length - 1), point < text.Length ? 1 : 0);
        string digits = places.TrimStart('0');
        int exponent = point - (places.Length - digits.Length);
        digits = digits.TrimEnd('0');
        byte[] key = new byte[2 + (digits.Length + 1) / 2 + (value < 0 ? 1 : 0)];
        key[0] = Number;
        key[1] = (byte)(PositiveExponent + exponent);
        for (int i = 0; i < digits.Length; i++)
        {
            key[2 + i / 2] |= (byte)((digits[i] - '0') << (i % 2 == 0 ? 4 : 0));
        }

        if (value < 0)
        {
            for (int i = 1; i < key.Length - 1; i++)
            {
                key[i] = (byte)~key[i];
            }

            key[^1] = EndOfNegative;
        }

        return key;
    }

    /// <summary>The keys under which a value is found; none for null, one for a list or an object whatever is inside.</summary>
    public static IEnumerable<byte[]> Of(JsonNode? value)
    {
        switch (value)
        {
            case null:
                return [];
            case JsonArray list:
                return [OfList(list.Count)];
            case JsonObject:
                return [[Object]];
            default:
                if (FieldValue.Text(value) is { } text)
                {
                    return FieldValue.Date(text) is { } date ? [OfText(DateText, text), OfMoment(date)] : [OfText(Text, text)];
                }

                return value.GetValueKind() is JsonValueKind.True or JsonValueKind.False ? [OfTruth(value.GetValue<bool>())] : [OfNumber(FieldValue.Number(value)!.Value)];
        }
    }

    /// <summary>The value of a key of one of the kinds that hold values: a text, a number or a truth; null of the others.</summary>
    public static JsonNode? Value(byte[] key) => key switch
    {
        [Text or DateText, ..] => Letters(key.AsSpan(1)),
        [Truth, var truth] => truth != 0,
        [Number, ..] => Decimal(key.AsSpan(1)),
        _ => null,
    };

    private static string Letters(ReadOnlySpan<byte> units)
    {
        char[] letters = new char[units.Length / sizeof(char)];
        for (int i = 0; i < letters.Length; i++)
        {
            letters[i] = (char)BinaryPrimitives.ReadUInt16BigEndian(units[(i * sizeof(char))..]);
        }

        return new string(letters);
    }

    private static decimal Decimal(ReadOnlySpan<byte> key)
    {
        if (key[0] == Zero)
        {
            return 0;
        }

        bool isNegative = key[0] < Zero;
        byte flip = isNegative ? (byte)0xFF : (byte)0;
        int exponent = (key[0] ^ flip) - PositiveExponent;
        StringBuilder digits = new("0.");
        foreach (byte pair in isNegative ? key[1..^1] : key[1..])
        {
            digits.Append((char)('0' + ((pair ^ flip) >> 4))).Append((char)('0' + ((pair ^ flip) & 15)));
        }

        return decimal.Parse($"{(isNegative ? "-" : "")}{digits.ToString().TrimEnd('0')}E{exponent}", NumberStyles.Float, CultureInfo.InvariantCulture);
    }
}
