namespace Akin.Models;

/// <summary>How weights are stored in files. They are loaded as single precision whatever they are stored in.</summary>
public enum WeightPrecision
{
    /// <summary>Single precision: the very bits.</summary>
    Float32,

    /// <summary>Half precision: half the size, 11 bits of every number.</summary>
    Float16,

    /// <summary>
    /// Matrices as signed bytes with a scale for each row (docs/models.md), all else in single precision: a quarter of the size. Akin reads it directly;
    /// Python's transformers do not.
    /// </summary>
    Int8,
}
