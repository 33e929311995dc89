using Akin.Tensors;

namespace Akin.Training.Optimizers;

/// <summary>
/// Adam with decoupled weight decay (Loshchilov and Hutter 2017, https://arxiv.org/abs/1711.05101), as <c>torch.optim.AdamW</c> computes it:
/// first <c>p ← p · (1 - lr · decay)</c>, then <c>p ← p - lr / (1 - β₁ᵗ) · m / (√v / √(1 - β₂ᵗ) + ε)</c>.
/// </summary>
public sealed class AdamW : AdamOptimizer
{
    private const double DefaultEpsilon = 1e-8;

    /// <summary>Makes an optimizer for groups of parameters.</summary>
    /// <param name="groups">The parameters with their rates; see <see cref="ParameterGrouping"/>.</param>
    /// <param name="options">β₁, β₂, ε, AMSGrad.</param>
    /// <exception cref="ArgumentException">There is no parameter, or one twice, or an option is out of bounds.</exception>
    public AdamW(IEnumerable<ParameterGroup> groups, AdamOptions? options = null)
        : base(groups, options)
    {
    }

    /// <summary>Makes an optimizer that decays everything but biases and normalizations.</summary>
    /// <param name="parameters">A model's parameters.</param>
    /// <param name="learningRate">The rate before any schedule.</param>
    /// <param name="weightDecay">Default: 0.01, as in PyTorch.</param>
    /// <param name="options">β₁, β₂, ε, AMSGrad.</param>
    /// <exception cref="ArgumentException">There is no parameter, or an option is out of bounds.</exception>
    public AdamW(IEnumerable<Parameter> parameters, double learningRate, double weightDecay = 0.01, AdamOptions? options = null)
        : this(ParameterGrouping.ByDecay(parameters, learningRate, weightDecay), options)
    {
    }

    private protected override bool HasLargest => Options.AmsGrad;

    internal override AdamStep StepOf(AdamOptions options, double learningRate, double weightDecay, long stepCount) => new()
    {
        Beta1 = options.Beta1,
        Beta2 = options.Beta2,
        Epsilon = options.Epsilon ?? DefaultEpsilon,
        RootDivisor = Math.Sqrt(1 - Math.Pow(options.Beta2, stepCount)),
        StepSize = learningRate / (1 - Math.Pow(options.Beta1, stepCount)),
        DecayBefore = 1 - (learningRate * weightDecay),
    };
}
