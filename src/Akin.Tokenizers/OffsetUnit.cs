namespace Akin.Tokenizers;

/// <summary>What offsets count.</summary>
public enum OffsetUnit
{
    /// <summary>UTF-16 units: the indices of a .NET string.</summary>
    Utf16,

    /// <summary>Unicode code points: what Python reports.</summary>
    CodePoint,
}
