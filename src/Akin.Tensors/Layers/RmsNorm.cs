namespace Akin.Tensors.Layers;

/// <summary>
/// <c>y = x / √(mean(x²) + ε) · γ</c> for every row (Zhang and Sennrich 2019, https://arxiv.org/abs/1910.07467; T5's layer norm), with γ under
/// <c>weight</c>.
/// </summary>
public sealed class RmsNorm
{
    private readonly Tensor _gamma;
    private readonly Tensor[] _weights; // γ
    private readonly float _epsilon;

    /// <summary>Loads a layer.</summary>
    /// <param name="weights">Where <c>weight</c> is.</param>
    /// <param name="size">Floats in a row.</param>
    /// <param name="epsilon">ε.</param>
    public RmsNorm(Weights weights, int size, float epsilon)
    {
        _gamma = weights.Load("weight", new Shape(size), Initialization.Ones).Value;
        _weights = [_gamma];
        _epsilon = epsilon;
    }

    /// <summary>Applies the layer.</summary>
    /// <param name="context">The running pass.</param>
    /// <param name="input">x, <c>[tokens, size]</c>.</param>
    /// <returns><c>[tokens, size]</c>.</returns>
    public Tensor Forward(ForwardContext context, Tensor input)
    {
        Tensor output = context.Rent(input.Shape);
        Kernels.RmsNorm.Rows(input.Span, input.RowCount, _gamma.Span, _epsilon, output.Span, context.Pool);
        if (context.Records(input) || context.Records(_gamma))
        {
            context.Record(new Node(this, input, output));
        }

        return output;
    }

    private sealed class Node(RmsNorm layer, Tensor input, Tensor output) : TapeNode(output)
    {
        public override IReadOnlyList<Tensor> Weights => layer._weights;

        // With x̂ = x / r, r = √(mean(x²) + ε) and g = dy · γ:  dγ = Σ dy · x̂,  dx = (g - x̂ · mean(g · x̂)) / r.
        public override void Backward(ForwardContext context, Tensor outputGradient)
        {
            Kernels.RmsNorm.Backward(
                input.Span, input.RowCount, layer._gamma.Span, layer._epsilon, outputGradient.Span,
                outputGradient.Span, context.GradientOf(layer._gamma), context.Pool);
            context.PassOn(outputGradient, input);
        }
    }
}
