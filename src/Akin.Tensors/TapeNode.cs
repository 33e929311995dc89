namespace Akin.Tensors;

/// <summary>One recorded operation: what its backward pass needs.</summary>
/// <param name="output">The tensor the operation made. Its gradient is complete when <see cref="Backward"/> runs.</param>
public abstract class TapeNode(Tensor output)
{
    /// <summary>The tensor the operation made.</summary>
    public Tensor Output { get; } = output;

    /// <summary>Whether the operation changed a tensor that another node made; that node then still needs the gradient.</summary>
    public virtual bool IsInPlace => false;

    /// <summary>Adds to the gradients of the operation's inputs what the output's gradient says.</summary>
    /// <param name="context">Lends temporaries and threads; <see cref="ForwardContext.GradientOf"/> gives the spans to add to.</param>
    /// <param name="outputGradient">Derivative of the loss by every number of the output.</param>
    public abstract void Backward(ForwardContext context, ReadOnlySpan<float> outputGradient);
}
