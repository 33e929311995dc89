namespace Akin.Tensors;

/// <summary>One recorded operation: what its backward pass needs.</summary>
/// <param name="output">The tensor the operation made. Its gradient is complete when <see cref="Backward"/> runs.</param>
/// <param name="saved">Other tensors that the operation made for its backward pass.</param>
public abstract class TapeNode(Tensor output, params ReadOnlySpan<Tensor?> saved)
{
    private readonly Tensor?[] _saved = saved.ToArray();

    /// <summary>The tensor the operation made.</summary>
    public Tensor Output { get; } = output;

    /// <summary>The weights whose gradients the operation adds to, so that it is known when a weight's gradient is complete. Default: none.</summary>
    public virtual IReadOnlyList<Tensor> Weights => [];

    /// <summary>Whether the operation adds to gradients of weights that <see cref="Weights"/> does not list. Default: no.</summary>
    internal virtual bool HidesWeights => false;

    /// <summary>Whether the operation changed a tensor that another node made; that node then still needs the gradient.</summary>
    public virtual bool IsInPlace => false;

    /// <summary>Adds to the gradients of the operation's inputs what the output's gradient says.</summary>
    /// <param name="context">Lends temporaries and threads; <see cref="ForwardContext.GradientOf(Tensor?)"/> gives the spans to add to.</param>
    /// <param name="outputGradient">
    /// Derivative of the loss by every number of the output. Unless the operation is in place, it may be written to and given away
    /// (<see cref="ForwardContext.PassOn"/>).
    /// </param>
    public abstract void Backward(ForwardContext context, Tensor outputGradient);

    /// <summary>What of an operation's inputs are weights, for <see cref="Weights"/> of operations whose inputs may be anything.</summary>
    /// <param name="inputs">All inputs.</param>
    protected static IReadOnlyList<Tensor> WeightsAmong(params ReadOnlySpan<Tensor> inputs)
    {
        List<Tensor> weights = [];
        foreach (Tensor input in inputs)
        {
            if (input is { RequiresGradient: true, IsBorrowed: false })
            {
                weights.Add(input);
            }
        }

        return weights;
    }

    /// <summary>Gives back what only this node and those after it have read.</summary>
    internal void Release(Arena arena)
    {
        if (!IsInPlace)
        {
            arena.Retire(Output);
            foreach (Tensor? tensor in _saved)
            {
                if (tensor is not null)
                {
                    arena.Retire(tensor);
                }
            }
        }
    }
}
