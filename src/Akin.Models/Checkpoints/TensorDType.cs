namespace Akin.Models.Checkpoints;

/// <summary>
/// The element types that Akin reads from checkpoints and writes to them, with the names that safetensors gives them.
/// They stand in the order of safetensors' own list (safetensors 0.8.0, <c>tensor.rs</c>), by which its writer sorts tensors.
/// </summary>
public enum TensorDType
{
    /// <summary>One byte; zero is false, anything else true. Read as 0 or 1.</summary>
    Bool,

    /// <summary>Unsigned 8-bit integer.</summary>
    U8,

    /// <summary>Signed 8-bit integer.</summary>
    I8,

    /// <summary>Signed 16-bit integer.</summary>
    I16,

    /// <summary>IEEE 754 half precision.</summary>
    F16,

    /// <summary>The upper half of a single: 8 bits of exponent, 7 of fraction.</summary>
    BF16,

    /// <summary>Signed 32-bit integer.</summary>
    I32,

    /// <summary>IEEE 754 single precision.</summary>
    F32,

    /// <summary>IEEE 754 double precision.</summary>
    F64,

    /// <summary>Signed 64-bit integer.</summary>
    I64,
}
