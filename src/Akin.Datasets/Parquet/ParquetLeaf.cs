namespace Akin.Datasets.Parquet;

/// <summary>A column of values as Parquet stores it.</summary>
/// <param name="Path">The names from the root, joined by points.</param>
/// <param name="Type">How values are stored.</param>
/// <param name="TypeLength">Bytes of a value of fixed length.</param>
/// <param name="MaximumDefinition">The definition level of a value.</param>
/// <param name="MaximumRepetition">How many lists lie around a value.</param>
/// <param name="Feature">What a value is.</param>
internal sealed record ParquetLeaf(string Path, ParquetType Type, int TypeLength, int MaximumDefinition, int MaximumRepetition, Feature Feature)
{
    /// <summary>Bytes of a stored value; 0 where that differs, or where it is a bit.</summary>
    public int Width => Type switch
    {
        ParquetType.Int32 or ParquetType.Float => 4,
        ParquetType.Int64 or ParquetType.Double => 8,
        ParquetType.Int96 => 12,
        ParquetType.FixedLengthByteArray => TypeLength,
        _ => 0,
    };
}
