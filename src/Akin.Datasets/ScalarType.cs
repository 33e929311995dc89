namespace Akin.Datasets;

/// <summary>The types of single values a column can hold; the names are Arrow's.</summary>
public enum ScalarType
{
    /// <summary>Nothing but nulls.</summary>
    Null,

    /// <summary>True or false.</summary>
    Boolean,

    /// <summary>A signed integer of 8 bits.</summary>
    Int8,

    /// <summary>A signed integer of 16 bits.</summary>
    Int16,

    /// <summary>A signed integer of 32 bits.</summary>
    Int32,

    /// <summary>A signed integer of 64 bits.</summary>
    Int64,

    /// <summary>An unsigned integer of 8 bits.</summary>
    UInt8,

    /// <summary>An unsigned integer of 16 bits.</summary>
    UInt16,

    /// <summary>An unsigned integer of 32 bits.</summary>
    UInt32,

    /// <summary>An unsigned integer of 64 bits.</summary>
    UInt64,

    /// <summary>A number of 16 bits.</summary>
    Float16,

    /// <summary>A number of 32 bits.</summary>
    Float32,

    /// <summary>A number of 64 bits.</summary>
    Float64,

    /// <summary>Text.</summary>
    String,

    /// <summary>Text in a column that may hold more than 2 GiB.</summary>
    LargeString,

    /// <summary>Bytes.</summary>
    Binary,

    /// <summary>Bytes in a column that may hold more than 2 GiB.</summary>
    LargeBinary,

    /// <summary>Bytes, equally many in every row.</summary>
    FixedSizeBinary,

    /// <summary>Days since 1970, in 32 bits.</summary>
    Date32,

    /// <summary>Milliseconds since 1970, whole days, in 64 bits.</summary>
    Date64,

    /// <summary>Seconds or milliseconds since midnight, in 32 bits.</summary>
    Time32,

    /// <summary>Microseconds or nanoseconds since midnight, in 64 bits.</summary>
    Time64,

    /// <summary>Units since 1970, UTC where the type names a zone.</summary>
    Timestamp,

    /// <summary>Units of time.</summary>
    Duration,

    /// <summary>Months.</summary>
    IntervalMonths,

    /// <summary>Days and milliseconds.</summary>
    IntervalDayTime,

    /// <summary>Months, days and nanoseconds.</summary>
    IntervalMonthDayNano,

    /// <summary>A decimal number of up to 9 digits.</summary>
    Decimal32,

    /// <summary>A decimal number of up to 18 digits.</summary>
    Decimal64,

    /// <summary>A decimal number of up to 38 digits.</summary>
    Decimal128,

    /// <summary>A decimal number of up to 76 digits.</summary>
    Decimal256,

    /// <summary>Any JSON value, kept as its text: what a JSON column becomes whose values are of kinds that do not mix.</summary>
    Json,
}
