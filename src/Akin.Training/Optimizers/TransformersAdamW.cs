using Akin.Tensors;

namespace Akin.Training.Optimizers;

/// <summary>
/// The AdamW that transformers carried up to 4.x: the Adam step first, with ε added to the uncorrected root, then <c>p ← p · (1 - lr · decay)</c> with
/// the new p. For results of that time; otherwise use <see cref="AdamW"/>.
/// </summary>
public sealed class TransformersAdamW : AdamOptimizer
{
    private const double DefaultEpsilon = 1e-6;
    private readonly bool _correctsBias;

    /// <summary>Makes an optimizer for groups of parameters.</summary>
    /// <param name="groups">The parameters with their rates.</param>
    /// <param name="options">β₁, β₂, ε (default here: 1e-6).</param>
    /// <param name="correctsBias">Its <c>correct_bias</c>. Default: yes.</param>
    /// <exception cref="ArgumentException">There is no parameter, or one twice, or an option is out of bounds.</exception>
    public TransformersAdamW(IEnumerable<ParameterGroup> groups, AdamOptions? options = null, bool correctsBias = true)
        : base(groups, options) => _correctsBias = correctsBias;

    /// <summary>Makes an optimizer that decays everything but biases and normalizations.</summary>
    /// <param name="parameters">A model's parameters.</param>
    /// <param name="learningRate">The rate before any schedule.</param>
    /// <param name="weightDecay">Default: 0, as there.</param>
    /// <exception cref="ArgumentException">There is no parameter.</exception>
    public TransformersAdamW(IEnumerable<Parameter> parameters, double learningRate, double weightDecay = 0)
        : this(ParameterGrouping.ByDecay(parameters, learningRate, weightDecay))
    {
    }

    internal override AdamStep StepOf(AdamOptions options, double learningRate, double weightDecay, long stepCount) => new()
    {
        Beta1 = options.Beta1,
        Beta2 = options.Beta2,
        Epsilon = options.Epsilon ?? DefaultEpsilon,
        StepSize = _correctsBias
            ? learningRate * Math.Sqrt(1 - Math.Pow(options.Beta2, stepCount)) / (1 - Math.Pow(options.Beta1, stepCount))
            : learningRate,
        DecayAfter = 1 - (learningRate * weightDecay),
    };
}
