namespace Akin.Search;

/// <summary>How the vectors are read while searching. The scores of the answer are float32 in every case.</summary>
public enum VectorPrecision
{
    /// <summary>Every vector in float32: exact.</summary>
    Float32,

    /// <summary>
    /// Every vector as int8 codes, a quarter of the memory traffic; the best
    /// <see cref="VectorIndex.RescoringFactor"/> × count of them are then scored in float32.
    /// </summary>
    Int8,

    /// <summary>
    /// Every vector as its sign bits, a thirty-second of the memory traffic; all that a walk keeps are then scored in float32, so it should keep many.
    /// For the vectors of models that were made for it.
    /// </summary>
    Binary,
}
