namespace Akin.Models.Checkpoints;

/// <summary>What a checkpoint says about one tensor. Its data is read by <see cref="Checkpoint.Read(string, Span{float})"/>.</summary>
public sealed class TensorInfo
{
    /// <param name="name">The tensor's name in the checkpoint.</param>
    /// <param name="dtype">Type of the stored elements.</param>
    /// <param name="shape">Sizes, outermost first; empty for a single number. The caller has checked that their product fits a <see cref="long"/>.</param>
    /// <param name="file">The file that holds the data.</param>
    internal TensorInfo(string name, TensorDType dtype, long[] shape, string file)
    {
        Name = name;
        DType = dtype;
        Shape = shape;
        File = file;
        ElementCount = shape.Aggregate(1L, (product, size) => checked(product * size));
    }

    /// <summary>The tensor's name, for example <c>bert.encoder.layer.0.attention.self.query.weight</c>.</summary>
    public string Name { get; }

    /// <summary>Type of the stored elements; reading converts them to <see cref="float"/>.</summary>
    public TensorDType DType { get; }

    /// <summary>Sizes, outermost first (row-major); empty for a single number. Not to be changed by the caller.</summary>
    public long[] Shape { get; }

    /// <summary>The product of <see cref="Shape"/>: how many floats <see cref="Checkpoint.Read(string, Span{float})"/> writes.</summary>
    public long ElementCount { get; }

    /// <summary>How numbers are packed with scales of their own, as <c>Q4_0</c>; <see langword="null"/>, the default: each is stored alone.</summary>
    public string? Quantization { get; internal init; }

    /// <summary>The file that holds the data, for messages.</summary>
    public string File { get; }

    /// <summary>The same data under another name or shape.</summary>
    internal TensorInfo With(string name, long[]? shape = null) => new(name, DType, shape ?? Shape, File) { Quantization = Quantization };

    /// <summary>Type and shape, for example <c>F32[30522, 384]</c>.</summary>
    public override string ToString() => $"{Quantization ?? DType.Name()}[{string.Join(", ", Shape)}]";
}
