using Akin.Tensors;

namespace Akin.Training.Optimizers;

/// <summary>
/// The optimizer of google-research/bert (<c>optimization.py</c>, AdamWeightDecayOptimizer): no bias correction, and
/// <c>p ← p - lr · (m / (√v + ε) + decay · p)</c> with the old p.
/// </summary>
/// <remarks>Its first steps are several times larger than Adam's: train with a warm-up (<see cref="Schedules.LearningRateSchedule.GoogleBert"/>).</remarks>
public sealed class BertAdam : AdamOptimizer
{
    private const double DefaultEpsilon = 1e-6;

    /// <inheritdoc cref="AdamW(IEnumerable{ParameterGroup}, AdamOptions?)"/>
    public BertAdam(IEnumerable<ParameterGroup> groups, AdamOptions? options = null)
        : base(groups, options)
    {
    }

    /// <summary>Makes an optimizer that decays everything but biases and normalizations, as google's does.</summary>
    /// <param name="parameters">A model's parameters.</param>
    /// <param name="learningRate">The rate before any schedule.</param>
    /// <param name="weightDecay">Default: 0.01.</param>
    /// <param name="options">β₁, β₂, ε (default here: 1e-6).</param>
    /// <exception cref="ArgumentException">There is no parameter, or an option is out of bounds.</exception>
    public BertAdam(IEnumerable<Parameter> parameters, double learningRate, double weightDecay = 0.01, AdamOptions? options = null)
        : this(ParameterGrouping.ByDecay(parameters, learningRate, weightDecay), options)
    {
    }

    internal override AdamStep StepOf(AdamOptions options, double learningRate, double weightDecay, long stepCount) => new()
    {
        Beta1 = options.Beta1,
        Beta2 = options.Beta2,
        Epsilon = options.Epsilon ?? DefaultEpsilon,
        StepSize = learningRate,
        DecayBefore = 1 - (learningRate * weightDecay),
    };
}
