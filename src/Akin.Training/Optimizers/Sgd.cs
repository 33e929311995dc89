using Akin.Tensors;

namespace Akin.Training.Optimizers;

/// <summary>Stochastic gradient descent with momentum, as <c>torch.optim.SGD</c> computes it; weight decay is added to the gradient.</summary>
public sealed class Sgd : Optimizer
{
    private static readonly string[] Buffers = ["momentum_buffer"];

    /// <summary>Makes an optimizer for groups of parameters.</summary>
    /// <param name="groups">The parameters with their rates.</param>
    /// <param name="options">Momentum, dampening, Nesterov.</param>
    /// <exception cref="ArgumentException">There is no parameter, or one twice, or an option is out of bounds.</exception>
    public Sgd(IEnumerable<ParameterGroup> groups, SgdOptions? options = null)
        : base(groups) => Options = (options ?? new SgdOptions()).Validated();

    /// <summary>Makes an optimizer without weight decay.</summary>
    /// <param name="parameters">A model's parameters.</param>
    /// <param name="learningRate">The rate before any schedule.</param>
    /// <param name="options">Momentum, dampening, Nesterov.</param>
    /// <exception cref="ArgumentException">There is no parameter, or an option is out of bounds.</exception>
    public Sgd(IEnumerable<Parameter> parameters, double learningRate, SgdOptions? options = null)
        : this([new ParameterGroup(parameters, learningRate)], options)
    {
    }

    /// <summary>The settings.</summary>
    public SgdOptions Options { get; }

    internal override IReadOnlyList<string> StateNames(Parameter parameter) => Options.Momentum > 0 ? Buffers : [];

    private protected override void Update(OptimizerSlot slot, int start, int length, double gradientScale) =>
        SgdKernel.Update(
            slot.Value.Slice(start, length), slot.Gradient.Slice(start, length), Options.Momentum > 0 ? slot.State[0].AsSpan(start, length) : [],
            Options, slot.Group.LearningRate, slot.Group.WeightDecay, gradientScale, isFirst: slot.StepCount == 1);
}
