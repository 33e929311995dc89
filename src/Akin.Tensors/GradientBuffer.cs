namespace Akin.Tensors;

/// <summary>The memory of a weight's gradient, kept from step to step.</summary>
/// <remarks>A table of embeddings is added to at the rows of a batch only, so only these are cleared before the next step.</remarks>
internal sealed class GradientBuffer(Shape shape)
{
    private readonly Tensor _tensor = new(shape);

    // The rows that may not be zero, with repetitions; all of them when _isDense.
    private readonly List<int> _rows = [];
    private bool _isDense;

    /// <summary>The gradient, all zeros.</summary>
    public Tensor Zeros()
    {
        if (_isDense)
        {
            _tensor.Span.Clear();
        }
        else
        {
            foreach (int row in _rows)
            {
                _tensor.Row(row).Clear();
            }
        }

        _isDense = false;
        _rows.Clear();
        return _tensor;
    }

    /// <summary>The gradient with what is left of the last step: every number will be written.</summary>
    public Tensor Undefined() => _tensor;

    /// <summary>Any row will be written.</summary>
    public void MarkAll() => _isDense = true;

    /// <summary>These rows will be added to.</summary>
    public void Mark(ReadOnlySpan<int> rows)
    {
        if (_rows.Count + rows.Length > shape.RowCount)
        {
            _isDense = true;
        }

        if (!_isDense)
        {
            _rows.AddRange(rows);
        }
    }
}
