namespace Akin.Tensors.Layers;

/// <summary>
/// <c>y = (x - mean) / √(variance + ε) · γ + β</c> for every row (Ba, Kiros and Hinton 2016, https://arxiv.org/abs/1607.06450), with γ under
/// <c>weight</c> and β under <c>bias</c>.
/// </summary>
public sealed class LayerNorm
{
    private readonly Tensor _gamma;
    private readonly Tensor _beta;
    private readonly Tensor[] _weights; // γ and β
    private readonly float _epsilon;

    /// <summary>Loads a layer.</summary>
    /// <param name="weights">Where <c>weight</c> and <c>bias</c> are.</param>
    /// <param name="size">Floats in a row.</param>
    /// <param name="epsilon">ε.</param>
    public LayerNorm(Weights weights, int size, float epsilon)
    {
        _gamma = weights.Load("weight", new Shape(size), Initialization.Ones).Value;
        _beta = weights.Load("bias", new Shape(size), Initialization.Zeros).Value;
        _weights = [_gamma, _beta];
        _epsilon = epsilon;
    }

    /// <summary>Applies the layer.</summary>
    /// <param name="context">The running pass.</param>
    /// <param name="input">x, <c>[tokens, size]</c>.</param>
    /// <returns><c>[tokens, size]</c>.</returns>
    public Tensor Forward(ForwardContext context, Tensor input)
    {
        Tensor output = context.Rent(input.Shape);
        Kernels.LayerNorm.Rows(input.Span, input.RowCount, _gamma.Span, _beta.Span, _epsilon, output.Span, context.Pool);
        if (context.Records(input) || context.Records(_gamma) || context.Records(_beta))
        {
            context.Record(new Node(this, input, output));
        }

        return output;
    }

    private sealed class Node(LayerNorm layer, Tensor input, Tensor output) : TapeNode(output)
    {
        public override IReadOnlyList<Tensor> Weights => layer._weights;

        // With x̂ = (x - mean) / σ and g = dy · γ:  dβ = Σ dy,  dγ = Σ dy · x̂,  dx = (g - mean(g) - x̂ · mean(g · x̂)) / σ.
        public override void Backward(ForwardContext context, Tensor outputGradient)
        {
            Kernels.LayerNorm.Backward(
                input.Span, input.RowCount, layer._gamma.Span, layer._epsilon, outputGradient.Span,
                outputGradient.Span, context.GradientOf(layer._gamma), context.GradientOf(layer._beta), context.Pool);
            context.PassOn(outputGradient, input);
        }
    }
}
