namespace Akin.Models.Checkpoints;

/// <summary>Names and sizes of <see cref="TensorDType"/>.</summary>
internal static class TensorDTypeNames
{
    private static readonly (TensorDType DType, string Name, int Size)[] All =
    [
        (TensorDType.Bool, "BOOL", 1),
        (TensorDType.U8, "U8", 1),
        (TensorDType.I8, "I8", 1),
        (TensorDType.I16, "I16", 2),
        (TensorDType.F16, "F16", 2),
        (TensorDType.BF16, "BF16", 2),
        (TensorDType.I32, "I32", 4),
        (TensorDType.F32, "F32", 4),
        (TensorDType.F64, "F64", 8),
        (TensorDType.I64, "I64", 8),
    ];

    /// <summary>The names in one line, for messages.</summary>
    public static string Supported => string.Join(", ", All.Reverse().Select(entry => entry.Name));

    /// <summary>The name in safetensors headers: <c>F32</c>, <c>BOOL</c>, …</summary>
    public static string Name(this TensorDType dtype) => All[(int)dtype].Name;

    /// <summary>Bytes of one element.</summary>
    public static int SizeBytes(this TensorDType dtype) => All[(int)dtype].Size;

    /// <summary>Finds a type by its name in safetensors headers; names are case-sensitive.</summary>
    public static bool TryParse(string name, out TensorDType dtype)
    {
        foreach ((TensorDType candidate, string candidateName, _) in All)
        {
            if (candidateName == name)
            {
                dtype = candidate;
                return true;
            }
        }

        dtype = default;
        return false;
    }
}
