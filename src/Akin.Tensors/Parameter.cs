using Akin.Kernels;

namespace Akin.Tensors;

/// <summary>A weight of a model under its name in checkpoints.</summary>
/// <remarks>
/// In a model that can be trained the numbers lie row-major in <see cref="Value"/>. In a model loaded for inference the matrices of linear layers exist
/// only in the order the kernels read, and tables of embeddings that are stored as bytes stay bytes; <see cref="CopyTo"/> gives the exact numbers in all cases. Several parameters may be rows of one larger
/// tensor (the query, key and value of an attention layer), which the layers use as a whole.
/// </remarks>
public sealed class Parameter
{
    private readonly Tensor? _whole;
    private readonly PackedMatrix? _packed;
    private readonly RowScaledMatrix? _scaledRows;
    private readonly int _firstRow;
    private readonly bool _isTransposed; // whether the packed matrix is the transpose of what checkpoints hold

    internal Parameter(string name, Shape shape, Tensor whole, int firstRow = 0)
    {
        (Name, Shape, _whole, _firstRow) = (name, shape, whole, firstRow);
    }

    internal Parameter(string name, Shape shape, PackedMatrix packed, int firstRow, bool isTransposed = false)
    {
        (Name, Shape, _packed, _firstRow, _isTransposed) = (name, shape, packed, firstRow, isTransposed);
    }

    internal Parameter(string name, Shape shape, RowScaledMatrix scaledRows)
    {
        (Name, Shape, _scaledRows) = (name, shape, scaledRows);
    }

    /// <summary>The weight path, such as <c>encoder.layer.0.attention.self.query.weight</c>.</summary>
    public string Name { get; }

    /// <summary>The shape in checkpoints.</summary>
    public Shape Shape { get; }

    /// <summary>The numbers, row-major: a view that writes through. Say <see cref="MarkChanged"/> after writing.</summary>
    /// <exception cref="InvalidOperationException">The model was loaded for inference and this matrix exists only packed, or as bytes.</exception>
    public Tensor Value => Shape == Whole.Shape ? Whole : Whole.View(FirstElement, Shape);

    /// <summary>What the backward passes have added up, or <see langword="null"/> when none has reached this weight.</summary>
    public Tensor? Gradient => _whole?.Gradient is not { } gradient ? null : Shape == gradient.Shape ? gradient : gradient.View(FirstElement, Shape);

    /// <summary>Whether backward passes compute the gradient. Parameters that are rows of one tensor are switched together.</summary>
    public bool RequiresGradient
    {
        get => _whole is { RequiresGradient: true };
        set => Whole.RequiresGradient = value;
    }

    /// <summary>The tensor this parameter is, or is some rows of: what has one gradient, in one piece of memory.</summary>
    /// <exception cref="InvalidOperationException">The model was loaded for inference and this matrix exists only packed, or as bytes.</exception>
    public Tensor Whole => _whole ?? throw new InvalidOperationException(
        $"'{Name}' was {(_packed is null ? "left as bytes" : "packed")} for inference. Load the model with `new LoadOptions {{ Trainable = true }}` to read, write or train its weights in place.");

    /// <summary>The numbers of a table that stayed as it is stored, or <see langword="null"/>.</summary>
    internal RowScaledMatrix? ScaledRows => _scaledRows;

    private int FirstElement => _firstRow * (int)(Shape.ElementCount / Shape[0]);

    /// <summary>Copies the numbers in row-major order, exactly as they were loaded or trained.</summary>
    /// <param name="destination">As many numbers as the shape says.</param>
    public void CopyTo(Span<float> destination)
    {
        if (_packed is not null && _isTransposed)
        {
            float[] rows = new float[destination.Length];
            _packed.Unpack(_firstRow, rows);
            for (int i = 0; i < rows.Length; i++)
            {
                destination[(i % Shape[0] * Shape[1]) + (i / Shape[0])] = rows[i];
            }
        }
        else if (_packed is not null)
        {
            _packed.Unpack(_firstRow, destination);
        }
        else if (_scaledRows is not null)
        {
            for (int row = 0; row < Shape[0]; row++)
            {
                _scaledRows.CopyRow(row, destination.Slice(row * Shape[1], Shape[1]));
            }
        }
        else
        {
            Value.Span.CopyTo(destination);
        }
    }

    /// <summary>The same weight under another name: for a model that is a part of something larger.</summary>
    /// <param name="name">The name.</param>
    public Parameter As(string name) =>
        _packed is not null ? new Parameter(name, Shape, _packed, _firstRow, _isTransposed)
        : _scaledRows is not null ? new Parameter(name, Shape, _scaledRows)
        : new Parameter(name, Shape, Whole, _firstRow);

    /// <summary>Says that the numbers were changed, so that layers pack them again.</summary>
    public void MarkChanged() => Whole.MarkChanged();

    /// <summary>Forgets the gradient.</summary>
    public void ClearGradient() => _whole?.ClearGradient();

    /// <summary>Name and shape.</summary>
    public override string ToString() => $"{Name} {Shape}";
}
