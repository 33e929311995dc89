using System.Globalization;
using System.Text.RegularExpressions;

namespace Akin.Datasets;

/// <summary>A column of single values.</summary>
/// <param name="Type">What a value is.</param>
public sealed partial record Value(ScalarType Type) : Feature
{
    private static readonly string[] Units = ["s", "ms", "us", "ns"];

    private static readonly Dictionary<string, ScalarType> Plain = new(StringComparer.Ordinal)
    {
        ["null"] = ScalarType.Null,
        ["bool"] = ScalarType.Boolean,
        ["bool_"] = ScalarType.Boolean,
        ["int8"] = ScalarType.Int8,
        ["int16"] = ScalarType.Int16,
        ["int32"] = ScalarType.Int32,
        ["int64"] = ScalarType.Int64,
        ["uint8"] = ScalarType.UInt8,
        ["uint16"] = ScalarType.UInt16,
        ["uint32"] = ScalarType.UInt32,
        ["uint64"] = ScalarType.UInt64,
        ["float16"] = ScalarType.Float16,
        ["halffloat"] = ScalarType.Float16,
        ["float32"] = ScalarType.Float32,
        ["float"] = ScalarType.Float32,
        ["float64"] = ScalarType.Float64,
        ["double"] = ScalarType.Float64,
        ["string"] = ScalarType.String,
        ["utf8"] = ScalarType.String,
        ["string_view"] = ScalarType.String,
        ["large_string"] = ScalarType.LargeString,
        ["large_utf8"] = ScalarType.LargeString,
        ["binary"] = ScalarType.Binary,
        ["binary_view"] = ScalarType.Binary,
        ["large_binary"] = ScalarType.LargeBinary,
        ["date32"] = ScalarType.Date32,
        ["date32[day]"] = ScalarType.Date32,
        ["date64"] = ScalarType.Date64,
        ["date64[ms]"] = ScalarType.Date64,
        ["month_interval"] = ScalarType.IntervalMonths,
        ["day_time_interval"] = ScalarType.IntervalDayTime,
        ["month_day_nano_interval"] = ScalarType.IntervalMonthDayNano,
        ["json"] = ScalarType.Json,
    };

    /// <summary>The unit of times, timestamps and durations.</summary>
    public TimeUnit Unit { get; init; }

    /// <summary>The zone a timestamp is shown in, or null; the stored number is UTC in either case.</summary>
    public string? TimeZone { get; init; }

    /// <summary>Digits of a decimal number.</summary>
    public int Precision { get; init; }

    /// <summary>Digits after the point of a decimal number.</summary>
    public int Scale { get; init; }

    /// <summary>Bytes of a <see cref="ScalarType.FixedSizeBinary"/> value.</summary>
    public int ByteWidth { get; init; }

    /// <summary>True or false.</summary>
    public static Value Boolean { get; } = new(ScalarType.Boolean);

    /// <summary>Integers of 32 bits.</summary>
    public static Value Int32 { get; } = new(ScalarType.Int32);

    /// <summary>Integers of 64 bits.</summary>
    public static Value Int64 { get; } = new(ScalarType.Int64);

    /// <summary>Numbers of 32 bits.</summary>
    public static Value Float32 { get; } = new(ScalarType.Float32);

    /// <summary>Numbers of 64 bits.</summary>
    public static Value Float64 { get; } = new(ScalarType.Float64);

    /// <summary>Text.</summary>
    public static Value String { get; } = new(ScalarType.String);

    /// <summary>Nothing but nulls: a column whose type no value has told yet.</summary>
    public static Value Null { get; } = new(ScalarType.Null);

    /// <summary>Any JSON value as its text.</summary>
    public static Value Json { get; } = new(ScalarType.Json);

    /// <inheritdoc/>
    public override string TypeName => Type switch
    {
        ScalarType.Boolean => "bool",
        ScalarType.Float16 => "halffloat",
        ScalarType.Float32 => "float",
        ScalarType.Float64 => "double",
        ScalarType.Date32 => "date32[day]",
        ScalarType.Date64 => "date64[ms]",
        ScalarType.Json => "extension<arrow.json>",
        _ => DType,
    };

    /// <summary>The name Python's <c>datasets</c> gives the type: <c>float32</c>, <c>timestamp[ns, tz=UTC]</c>.</summary>
    public string DType => Type switch
    {
        ScalarType.LargeString => "large_string",
        ScalarType.LargeBinary => "large_binary",
        ScalarType.FixedSizeBinary => $"fixed_size_binary[{ByteWidth}]",
        ScalarType.Time32 or ScalarType.Time64 => $"{Type.ToString().ToLowerInvariant()}[{Units[(int)Unit]}]",
        ScalarType.Timestamp => TimeZone is null ? $"timestamp[{Units[(int)Unit]}]" : $"timestamp[{Units[(int)Unit]}, tz={TimeZone}]",
        ScalarType.Duration => $"duration[{Units[(int)Unit]}]",
        ScalarType.IntervalMonths => "month_interval",
        ScalarType.IntervalDayTime => "day_time_interval",
        ScalarType.IntervalMonthDayNano => "month_day_nano_interval",
        ScalarType.Decimal32 or ScalarType.Decimal64 or ScalarType.Decimal128 or ScalarType.Decimal256 =>
            $"{Type.ToString().ToLowerInvariant()}({Precision}, {Scale})",
        ScalarType.Boolean => "bool",
        _ => Type.ToString().ToLowerInvariant(),
    };

    /// <summary>The type with a name of Arrow or of Python's <c>datasets</c>.</summary>
    /// <param name="name">For example <c>int64</c>, <c>double</c>, <c>timestamp[us, tz=Asia/Seoul]</c>, <c>decimal128(10, 2)</c>.</param>
    /// <exception cref="DatasetException">There is no such type.</exception>
    public static Value Parse(string name)
    {
        if (Plain.TryGetValue(name, out ScalarType plain))
        {
            return new Value(plain);
        }

        Match match = Parametric().Match(name);
        if (match.Groups["unit"].Success)
        {
            ScalarType type = match.Groups["kind"].Value switch
            {
                "time32" => ScalarType.Time32,
                "time64" => ScalarType.Time64,
                "timestamp" => ScalarType.Timestamp,
                _ => ScalarType.Duration,
            };
            return new Value(type)
            {
                Unit = (TimeUnit)Array.IndexOf(Units, match.Groups["unit"].Value),
                TimeZone = match.Groups["zone"].Success ? match.Groups["zone"].Value : null,
            };
        }

        if (match.Groups["precision"].Success)
        {
            return new Value(Enum.Parse<ScalarType>("Decimal" + match.Groups["bits"].Value))
            {
                Precision = int.Parse(match.Groups["precision"].Value, CultureInfo.InvariantCulture),
                Scale = int.Parse(match.Groups["scale"].Value, CultureInfo.InvariantCulture),
            };
        }

        if (match.Groups["width"].Success && int.TryParse(match.Groups["width"].Value, CultureInfo.InvariantCulture, out int width))
        {
            return new Value(ScalarType.FixedSizeBinary) { ByteWidth = width };
        }

        throw new DatasetException($"there is no type '{name}'; types are named as in Arrow: int64, float32, bool, string, timestamp[s] …");
    }

    [GeneratedRegex(
        """^(?:(?<kind>time32|time64|timestamp|duration)\[(?<unit>s|ms|us|ns)(?:, ?tz=(?<zone>[^\]]+))?\]|decimal(?<bits>32|64|128|256)\((?<precision>\d{1,2}), ?(?<scale>-?\d{1,2})\)|fixed_size_binary\[(?<width>\d{1,9})\])$""",
        RegexOptions.ExplicitCapture)]
    private static partial Regex Parametric();
}
