using System.Buffers;
using System.Globalization;
using Akin.Datasets.Columns;

namespace Akin.Datasets.Loading;

/// <summary>Takes the cells of a delimited file for numbers, booleans and missing values as pandas does.</summary>
internal sealed class CellReader(DelimitedOptions options)
{
    /// <summary>pandas 3, io/parsers: the default words for a missing value.</summary>
    private static readonly HashSet<string> MissingWords = new(StringComparer.Ordinal)
    {
        "", "#N/A", "#N/A N/A", "#NA", "-1.#IND", "-1.#QNAN", "-NaN", "-nan", "1.#IND", "1.#QNAN", "<NA>", "N/A", "NA", "NULL", "NaN", "None", "n/a", "nan", "null",
    };

    private static readonly SearchValues<char> NumberLetters = SearchValues.Create("0123456789+-.eE");

    public static Feature Feature(CellTypes types) =>
        types.HasFlag(CellTypes.Empty) ? Value.Float64
        : types.HasFlag(CellTypes.Boolean) ? Value.Boolean
        : types.HasFlag(CellTypes.Integer | CellTypes.Complete) ? Value.Int64
        : types.HasFlag(CellTypes.Number) ? Value.Float64
        : Value.String;

    /// <summary>What a cell could be, of what its column still could be.</summary>
    public CellTypes TypesOf(string cell, CellTypes column)
    {
        if (options.MissingWords ? MissingWords.Contains(cell) : cell.Length == 0)
        {
            // Where words are words, an empty cell makes a column text only together with other text.
            return CellTypes.Any & ~CellTypes.Complete;
        }

        CellTypes types = CellTypes.Complete;
        if (column.HasFlag(CellTypes.Boolean) && IsBoolean(cell, out _))
        {
            types |= CellTypes.Boolean;
        }

        if (column.HasFlag(CellTypes.Number) && TryNumber(cell, out _))
        {
            types |= CellTypes.Number;
            if (TryInteger(cell, out _))
            {
                types |= CellTypes.Integer;
            }
            else if (IsWhole(cell))
            {
                // Beyond 64 bits a double would lose digits, so the column stays text.
                types &= ~CellTypes.Number;
            }
        }

        return types;
    }

    /// <summary>The value of a cell in a column of a type.</summary>
    /// <exception cref="DatasetException">The cell is not of that type.</exception>
    public object? Read(string cell, Feature feature)
    {
        bool text = VariableWidthColumn.IsText(feature);
        if (options.MissingWords ? MissingWords.Contains(cell) : cell.Length == 0 && !text)
        {
            return null;
        }

        if (text)
        {
            return cell;
        }

        if (feature is ClassLabel label)
        {
            return label.TryNumberOf(cell, out int number) ? number
                : TryInteger(cell, out long given) && given >= -1 && given < label.ClassCount ? given
                : label.NumberOf(cell);
        }

        ScalarType type = feature is Value value ? value.Type : ScalarType.Null;
        switch (type)
        {
            case ScalarType.Boolean when IsBoolean(cell, out bool bit):
                return bit;
            case ScalarType.Float16 or ScalarType.Float32 or ScalarType.Float64 when TryNumber(cell, out double real):
                return real;
            case ScalarType.UInt64 when ulong.TryParse(Plain(cell), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out ulong large):
                return large;
            case ScalarType.Decimal32 or ScalarType.Decimal64 or ScalarType.Decimal128 or ScalarType.Decimal256:
                return Plain(cell);
            case ScalarType.Int8 or ScalarType.Int16 or ScalarType.Int32 or ScalarType.Int64 or ScalarType.UInt8 or ScalarType.UInt16 or ScalarType.UInt32
                when TryInteger(cell, out long whole):
                return whole;
            default:
                throw ColumnBuilder.Unfit(cell, feature);
        }
    }

    private static bool IsBoolean(string cell, out bool value)
    {
        value = cell is "True" or "TRUE" or "true";
        return value || cell is "False" or "FALSE" or "false";
    }

    private bool TryInteger(string cell, out long value) =>
        long.TryParse(Plain(cell), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value);

    private bool TryNumber(string cell, out double value)
    {
        string plain = Plain(cell);
        if (plain.AsSpan().ContainsAnyExcept(NumberLetters))
        {
            string word = plain.TrimStart('+', '-').ToLowerInvariant();
            value = plain.StartsWith('-') ? double.NegativeInfinity : double.PositiveInfinity;
            return word is "inf" or "infinity" && plain.Length - word.Length <= 1;
        }

        return double.TryParse(plain, NumberStyles.Float, CultureInfo.InvariantCulture, out value);
    }

    private bool IsWhole(string cell)
    {
        string plain = Plain(cell);
        return plain.Length > 0 && !plain.AsSpan(plain[0] is '+' or '-' ? 1 : 0).ContainsAnyExceptInRange('0', '9');
    }

    /// <summary>The cell without spaces around it, its decimal point a point and no separators of thousands.</summary>
    private string Plain(string cell)
    {
        string plain = cell.Trim(' ', '\t');
        if (options.ThousandsSeparator is { } separator)
        {
            plain = plain.Replace(separator.ToString(), "", StringComparison.Ordinal);
        }

        return options.DecimalPoint == '.' ? plain : plain.Replace(options.DecimalPoint, '.');
    }
}
