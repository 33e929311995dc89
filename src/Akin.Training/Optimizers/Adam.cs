using Akin.Tensors;

namespace Akin.Training.Optimizers;

/// <summary>
/// Adam (Kingma and Ba 2014, https://arxiv.org/abs/1412.6980) as <c>torch.optim.Adam</c> computes it: weight decay is added to the gradient (L2), so
/// that it passes through the moments. For decay that does not, see <see cref="AdamW"/>.
/// </summary>
public sealed class Adam : AdamOptimizer
{
    private const double DefaultEpsilon = 1e-8;

    /// <inheritdoc cref="AdamW(IEnumerable{ParameterGroup}, AdamOptions?)"/>
    public Adam(IEnumerable<ParameterGroup> groups, AdamOptions? options = null)
        : base(groups, options)
    {
    }

    /// <summary>Makes an optimizer without weight decay.</summary>
    /// <param name="parameters">A model's parameters.</param>
    /// <param name="learningRate">The rate before any schedule.</param>
    /// <param name="options">β₁, β₂, ε, AMSGrad.</param>
    /// <exception cref="ArgumentException">There is no parameter, or an option is out of bounds.</exception>
    public Adam(IEnumerable<Parameter> parameters, double learningRate, AdamOptions? options = null)
        : this([new ParameterGroup(parameters, learningRate)], options)
    {
    }

    private protected override bool HasLargest => Options.AmsGrad;

    internal override AdamStep StepOf(AdamOptions options, double learningRate, double weightDecay, long stepCount) => new()
    {
        L2 = weightDecay,
        Beta1 = options.Beta1,
        Beta2 = options.Beta2,
        Epsilon = options.Epsilon ?? DefaultEpsilon,
        RootDivisor = Math.Sqrt(1 - Math.Pow(options.Beta2, stepCount)),
        StepSize = learningRate / (1 - Math.Pow(options.Beta1, stepCount)),
    };
}
