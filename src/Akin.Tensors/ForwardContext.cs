using Akin.Kernels;

namespace Akin.Tensors;

/// <summary>What a model needs while it runs: memory, threads, the tape when it trains, and what to hand out.</summary>
/// <remarks>
/// One context serves one pass at a time and is made to be used again: its memory stays warm. Models may be shared by several contexts on several
/// threads. Results live until the enclosing <see cref="Scope"/> ends or <see cref="Reset"/> is called.
/// </remarks>
public sealed class ForwardContext
{
    // Weights whose gradients a backward pass has touched, in that order; null unless they are told about at its end.
    private List<Tensor>? _touched;

    /// <summary>Makes a context.</summary>
    /// <param name="pool">The threads to use; default: all of them, <see cref="WorkerPool.Shared"/>.</param>
    /// <param name="tape">Records operations on what requires gradients; <see langword="null"/> for inference.</param>
    public ForwardContext(WorkerPool? pool = null, Tape? tape = null)
    {
        Pool = pool ?? WorkerPool.Shared;
        Tape = tape;
    }

    /// <summary>Lends activations.</summary>
    public Arena Arena { get; } = new();

    /// <summary>The threads that kernels use.</summary>
    public WorkerPool Pool { get; }

    /// <summary>Where operations are recorded; <see langword="null"/> for inference.</summary>
    public Tape? Tape { get; internal set; }

    /// <summary>What to hand out beside the result. Default: nothing.</summary>
    public Capture Capture { get; set; }

    /// <summary>Ends a pass early, between two layers.</summary>
    public CancellationToken CancellationToken { get; set; }

    /// <summary>Seeds dropout, which is on while this is set (training). Default: <see langword="null"/>, no dropout.</summary>
    /// <remarks>Equal seeds drop equal places; give every step its own.</remarks>
    public ulong? DropoutSeed
    {
        get;
        set
        {
            field = value;
            DropoutCount = 0;
        }
    }

    /// <summary>
    /// Told in a backward pass about every weight whose gradient is complete, as early as that is known: an exchange between processes can begin while
    /// the pass goes on. Default: nobody.
    /// </summary>
    public Action<Tensor>? GradientCompleted { get; set; }

    /// <summary>
    /// Whether layers keep only their input in training and are computed again in the backward pass: slower, in much less memory. Default: no.
    /// </summary>
    public bool GradientCheckpointing { get; set; }

    /// <summary>Begins a scope: tensors lent from now on are given back when it ends.</summary>
    public ForwardScope Scope() => new(this);

    /// <summary>Gives back every tensor and forgets the tape.</summary>
    public void Reset()
    {
        Tape?.Clear();
        Arena.Reset();
    }

    /// <summary>Lends a tensor whose numbers are undefined.</summary>
    /// <param name="shape">Its shape.</param>
    public Tensor Rent(Shape shape) => Arena.Rent(shape);

    /// <summary>Gives a tensor back early, unless a tape may still need it.</summary>
    /// <param name="tensor">A tensor nobody reads any more.</param>
    public void Release(Tensor tensor)
    {
        if (Tape is null or { Count: 0 })
        {
            Arena.Release(tensor);
        }
    }

    /// <summary>Whether this is to be handed out.</summary>
    /// <param name="what">A single flag.</param>
    public bool Captures(Capture what) => (Capture & what) != 0;

    /// <summary>Whether an operation on this input must be recorded.</summary>
    public bool Records(Tensor? input) => Tape is not null && input is { RequiresGradient: true };

    /// <summary>Whether dropout of this probability changes anything in this pass.</summary>
    public bool Drops(float probability) => DropoutSeed is not null && probability > 0;

    /// <summary>The key of the pass's next dropout (<see cref="Dropout.Apply"/>).</summary>
    internal ulong NextDropoutKey() => CounterRandom.Key(DropoutSeed!.Value, DropoutCount++);

    /// <summary>How many dropouts the pass has run.</summary>
    internal ulong DropoutCount { get; set; }

    /// <summary>Whether <see cref="GradientCompleted"/> is told while the backward pass goes on.</summary>
    internal bool ReportsEarly => GradientCompleted is not null && _touched is null;

    /// <summary>Records an operation.</summary>
    /// <param name="node">Its backward pass.</param>
    public void Record(TapeNode node)
    {
        ArgumentNullException.ThrowIfNull(node);
        Tape!.Add(node);
    }

    /// <summary>The gradient of a tensor to add to; zeros at first. Empty when the tensor does not require a gradient.</summary>
    public Span<float> GradientOf(Tensor? tensor)
    {
        Span<float> gradient = GradientOf(tensor, out bool isFirst);
        if (isFirst)
        {
            gradient.Clear();
        }

        return gradient;
    }

    /// <summary>The gradient of a tensor, for operations that can write it as well as add to it. Empty when the tensor does not require a gradient.</summary>
    /// <param name="tensor">An input of an operation.</param>
    /// <param name="isFirst">Whether nothing has reached it yet: its numbers are undefined and every one of them must be written.</param>
    public Span<float> GradientOf(Tensor? tensor, out bool isFirst)
    {
        isFirst = tensor is { RequiresGradient: true, Gradient: null };
        if (tensor is not { RequiresGradient: true })
        {
            return [];
        }

        if (tensor.IsBorrowed)
        {
            tensor.Gradient ??= Rent(tensor.Shape);
        }
        else
        {
            Touch(tensor);
            tensor.Gradient ??= tensor.GradientBuffer.Undefined();
            tensor.GradientBuffer.MarkAll();
        }

        return tensor.Gradient.Span;
    }

    /// <summary>The gradient of a table of which only some rows are added to; zeros at first. Empty when the table does not require a gradient.</summary>
    /// <param name="table">A weight, <c>[rows, size]</c>.</param>
    /// <param name="rows">The rows that are added to, repetitions included.</param>
    public Span<float> GradientOfRows(Tensor table, ReadOnlySpan<int> rows)
    {
        if (!table.RequiresGradient || table.IsBorrowed)
        {
            return GradientOf(table);
        }

        Touch(table);
        table.Gradient ??= table.GradientBuffer.Zeros();
        table.GradientBuffer.Mark(rows);
        return table.Gradient.Span;
    }

    /// <summary>Gives a whole gradient away: it becomes that of a tensor, or is added to it. An end for operations that pass a gradient on.</summary>
    /// <param name="gradient">The gradient that <see cref="TapeNode.Backward"/> was given, perhaps changed in place. Nobody may use it afterwards.</param>
    /// <param name="to">An input of the operation, as large; nothing happens when it does not require a gradient.</param>
    public void PassOn(Tensor gradient, Tensor? to)
    {
        if (to is { RequiresGradient: true, Gradient: null, IsBorrowed: true })
        {
            to.Gradient = gradient.Reshape(to.Shape);
            gradient.IsPassedOn = true;
        }
        else if (GradientOf(to, out bool isFirst) is { IsEmpty: false } sum)
        {
            if (isFirst)
            {
                gradient.Span.CopyTo(sum);
            }
            else
            {
                VectorMath.Add(gradient.Span, sum, Pool);
            }
        }
    }

    /// <summary>Gives away a gradient that an operation made in memory it rented for it.</summary>
    internal void GiveAway(Tensor gradient, Tensor? to)
    {
        PassOn(gradient, to);
        ReleaseUnlessPassedOn(gradient);
    }

    internal void ReleaseUnlessPassedOn(Tensor gradient)
    {
        if (gradient.IsPassedOn)
        {
            gradient.IsPassedOn = false;
        }
        else
        {
            Arena.Release(gradient);
        }
    }

    /// <summary>Runs the tape backwards from a loss: every tensor that requires a gradient and that the loss depends on has it afterwards.</summary>
    /// <remarks>
    /// Gradients of weights are added to what is there. Activations are given back as the pass goes: of what was computed only the loss can be read
    /// afterwards. The tape is empty then.
    /// </remarks>
    /// <param name="loss">A single number that was computed with this context.</param>
    /// <param name="weight">Multiplies every gradient: the share of this batch when several are accumulated. Default: 1.</param>
    /// <exception cref="InvalidOperationException">The context has no tape.</exception>
    /// <exception cref="ArgumentException">The loss is not a single number.</exception>
    public void Backward(Tensor loss, float weight = 1)
    {
        Tape tape = Tape ?? throw new InvalidOperationException("This context has no tape: make it with `new ForwardContext(tape: new Tape())` to train.");
        if (GradientCompleted is null || !tape.HidesWeights)
        {
            tape.Backward(this, loss, weight);
            return;
        }

        // What a checkpoint adds to is known only when it has run: weights are told about at the end.
        List<Tensor> touched = _touched = [];
        try
        {
            tape.Backward(this, loss, weight);
        }
        finally
        {
            _touched = null;
        }

        touched.Distinct().ToList().ForEach(GradientCompleted);
    }

    private void Touch(Tensor weight) => _touched?.Add(weight);
}
