namespace Akin.Tensors;

/// <summary>Numbers in contiguous row-major order, with an optional gradient.</summary>
/// <remarks>
/// A tensor either owns its memory (made with <c>new</c>: weights, results a caller keeps) or borrows it from an <see cref="Arena"/>, in which
/// case both the memory and this object are used again once its scope has ended. There is nothing to dispose.
/// </remarks>
public sealed class Tensor
{
    private float[]? _memory;
    private int _start;
    private int _length;
    private GradientBuffer? _gradientBuffer; // only where this tensor owns its memory

    /// <summary>Makes a tensor of zeros that owns its memory.</summary>
    /// <param name="shape">Its shape.</param>
    public Tensor(Shape shape)
        : this(shape, new float[checked((int)shape.ElementCount)])
    {
    }

    /// <summary>Makes a tensor over an array, without copying it.</summary>
    /// <param name="shape">Its shape.</param>
    /// <param name="values">Exactly as many numbers as the shape says.</param>
    /// <exception cref="ArgumentException">The array has another length.</exception>
    public Tensor(Shape shape, float[] values)
    {
        ArgumentNullException.ThrowIfNull(values);
        if (values.Length != shape.ElementCount)
        {
            throw new ArgumentException($"The shape {shape} needs {shape.ElementCount} numbers, not {values.Length}.", nameof(values));
        }

        Bind(values, 0, shape);
    }

    /// <summary>A tensor without memory: the arena binds it to its own.</summary>
    internal Tensor()
    {
    }

    /// <summary>The lengths of the dimensions.</summary>
    public Shape Shape { get; private set; }

    /// <summary>Rows when seen as a matrix.</summary>
    public int RowCount => Shape.RowCount;

    /// <summary>Floats in a row when seen as a matrix.</summary>
    public int ColumnCount => Shape.ColumnCount;

    /// <summary>The numbers.</summary>
    /// <exception cref="InvalidOperationException">The tensor went back to its arena.</exception>
    public Span<float> Span => (_memory ?? throw new InvalidOperationException(
        "This tensor's scope has ended, or a backward pass has used it up, and its memory is in use for something else: copy what you need before."))
        .AsSpan(_start, _length);

    /// <summary>Whether operations on this tensor are recorded, so that a backward pass fills <see cref="Gradient"/>. Default: no.</summary>
    public bool RequiresGradient { get; set; }

    /// <summary>What the backward pass has added up so far, of the same shape; <see langword="null"/> when nothing has reached this tensor.</summary>
    public Tensor? Gradient { get; internal set; }

    /// <summary>Counts changes of the numbers, so that what is derived from them (packed weights) is made again.</summary>
    public int Version { get; private set; }

    /// <summary>Whether the memory is an arena's.</summary>
    internal bool IsBorrowed { get; private set; }

    /// <summary>The memory of the gradient of a tensor that owns its numbers.</summary>
    internal GradientBuffer GradientBuffer => _gradientBuffer ??= new GradientBuffer(Shape);

    /// <summary>Set for a moment while a scope ends: the tensor moves to the outer scope.</summary>
    internal bool IsKept { get; set; }

    /// <summary>Set for a moment in a backward pass: this gradient has become that of another tensor.</summary>
    internal bool IsPassedOn { get; set; }

    /// <summary>Which piece of the arena this is.</summary>
    internal int Slab { get; private set; }

    /// <summary>Where in the slab the numbers begin.</summary>
    internal int Start => _start;

    /// <summary>Says that the numbers were changed from outside, as an optimizer's step does.</summary>
    public void MarkChanged() => Version++;

    /// <summary>Forgets the gradient, as before a new training step. The next backward pass writes into the same memory.</summary>
    public void ClearGradient() => Gradient = null;

    /// <summary>Gives the same numbers another shape, in place.</summary>
    /// <param name="shape">A shape with as many elements.</param>
    /// <returns>This tensor.</returns>
    /// <exception cref="ArgumentException">The number of elements differs.</exception>
    public Tensor Reshape(Shape shape)
    {
        if (shape.ElementCount != _length)
        {
            throw new ArgumentException($"A tensor of shape {Shape} cannot take the shape {shape}: {_length} is not {shape.ElementCount}.", nameof(shape));
        }

        Shape = shape;
        return this;
    }

    /// <summary>One row, seen as a matrix.</summary>
    /// <param name="row">From 0.</param>
    public Span<float> Row(int row) => Span.Slice(row * ColumnCount, ColumnCount);

    /// <summary>Some of the numbers as a tensor over the same memory, without gradient.</summary>
    /// <param name="start">The first number, counted in row-major order.</param>
    /// <param name="shape">The shape of the part.</param>
    public Tensor View(int start, Shape shape)
    {
        _ = Span.Slice(start, checked((int)shape.ElementCount));
        Tensor view = new();
        view.Bind(_memory!, _start + start, shape);
        return view;
    }

    /// <summary>A copy of the numbers.</summary>
    public float[] ToArray() => Span.ToArray();

    /// <summary>The shape, for the debugger and for messages.</summary>
    public override string ToString() => $"Tensor {Shape}";

    internal void Borrow(float[] memory, int slab, int start, Shape shape)
    {
        Bind(memory, start, shape);
        Slab = slab;
        IsBorrowed = true;
    }

    internal void GiveBack()
    {
        _memory = null;
        Gradient = null;
        RequiresGradient = false;
        IsBorrowed = false;
        IsKept = false;
    }

    private void Bind(float[] memory, int start, Shape shape)
    {
        _memory = memory;
        _start = start;
        _length = (int)shape.ElementCount;
        Shape = shape;
    }
}
