namespace Akin.Datasets.Loading;

/// <summary>What a cell of a delimited file could be; a column is what all its cells could be.</summary>
[Flags]
internal enum CellTypes
{
    None = 0,
    Boolean = 1,
    Integer = 2,
    Number = 4,

    /// <summary>Without a missing value: an integer column with a hole is a column of numbers, as in pandas.</summary>
    Complete = 8,

    /// <summary>Nothing but missing values so far.</summary>
    Empty = 16,

    Any = Boolean | Integer | Number | Complete | Empty,
}
