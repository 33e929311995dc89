namespace Akin.Tensors.Operations;

/// <summary>Losses of two tensors of the same shape, number by number.</summary>
public static class LossOperation
{
    /// <summary>(x - t)².</summary>
    /// <param name="context">The running pass.</param>
    /// <param name="input">x, any shape.</param>
    /// <param name="target">t, the same shape; it may require a gradient.</param>
    /// <param name="reduction">Default: the mean.</param>
    /// <exception cref="ArgumentException">The shapes do not fit each other.</exception>
    public static Tensor MseLoss(this ForwardContext context, Tensor input, Tensor target, Reduction reduction = Reduction.Mean) =>
        context.Reduce(context.Square(context.Subtract(input, target)), reduction);

    /// <summary>|x - t|.</summary>
    /// <inheritdoc cref="MseLoss"/>
    public static Tensor L1Loss(this ForwardContext context, Tensor input, Tensor target, Reduction reduction = Reduction.Mean) =>
        context.Reduce(context.Abs(context.Subtract(input, target)), reduction);

    /// <summary>(x - t)² / (2β) where |x - t| is below β, and |x - t| - β/2 beyond (Girshick 2015).</summary>
    /// <param name="context">The running pass.</param>
    /// <param name="input">x, any shape.</param>
    /// <param name="target">t, the same shape; it may require a gradient.</param>
    /// <param name="beta">β, above 0. Default: 1.</param>
    /// <param name="reduction">Default: the mean.</param>
    /// <exception cref="ArgumentException">The shapes do not fit each other.</exception>
    public static Tensor SmoothL1Loss(
        this ForwardContext context, Tensor input, Tensor target, double beta = 1, Reduction reduction = Reduction.Mean)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(beta);
        Tensor difference = context.Subtract(input, target);
        Tensor losses = UnaryOperation.Apply(context, difference, new NumberByNumber<SmoothAbsFunction>(new SmoothAbsFunction(beta)));
        return context.Reduce(losses, reduction);
    }

    /// <summary>(x - t)² / 2 where |x - t| is below δ, and δ · (|x - t| - δ/2) beyond (Huber 1964): δ times the smooth L1 loss.</summary>
    /// <param name="context">The running pass.</param>
    /// <param name="input">x, any shape.</param>
    /// <param name="target">t, the same shape; it may require a gradient.</param>
    /// <param name="delta">δ, above 0. Default: 1.</param>
    /// <param name="reduction">Default: the mean.</param>
    /// <exception cref="ArgumentException">The shapes do not fit each other.</exception>
    public static Tensor HuberLoss(
        this ForwardContext context, Tensor input, Tensor target, double delta = 1, Reduction reduction = Reduction.Mean) =>
        context.Multiply(context.SmoothL1Loss(input, target, delta, reduction), (float)delta);

    /// <summary>The Kullback-Leibler divergence t · (ln t - x) of a distribution t from one given by its logarithm x.</summary>
    /// <param name="context">The running pass.</param>
    /// <param name="input">x, log-probabilities, any shape.</param>
    /// <param name="target">t, probabilities, the same shape; they may require a gradient.</param>
    /// <param name="reduction">Default: the mean of all numbers, as in PyTorch; <see cref="Reduction.BatchMean"/> is the divergence itself.</param>
    /// <exception cref="ArgumentException">The shapes do not fit each other.</exception>
    public static Tensor KlDivLoss(this ForwardContext context, Tensor input, Tensor target, Reduction reduction = Reduction.Mean)
    {
        Tensor entropy = UnaryOperation.Apply(context, target, default(NumberByNumber<XLogXFunction>));
        return context.Reduce(context.Subtract(entropy, context.Multiply(target, input)), reduction);
    }

    /// <summary>What becomes of the losses of single rows or numbers.</summary>
    internal static Tensor Reduce(this ForwardContext context, Tensor losses, Reduction reduction) => reduction switch
    {
        Reduction.None => losses,
        Reduction.Mean => context.Mean(losses),
        Reduction.Sum => context.Sum(losses),
        Reduction.BatchMean => context.Multiply(context.Sum(losses), 1f / losses.Shape[0]),
        _ => throw new ArgumentOutOfRangeException(
            nameof(reduction), reduction, $"Unknown reduction; supported: {string.Join(", ", Enum.GetNames<Reduction>())}."),
    };
}
