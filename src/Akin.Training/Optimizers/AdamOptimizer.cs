using Akin.Tensors;

namespace Akin.Training.Optimizers;

/// <summary>What AdamW, Adam and their relatives share: two moments for every number. They differ in <see cref="AdamStep"/> only.</summary>
public abstract class AdamOptimizer : Optimizer
{
    private static readonly string[] Moments = ["exp_avg", "exp_avg_sq"];
    private static readonly string[] MomentsAndLargest = ["exp_avg", "exp_avg_sq", "max_exp_avg_sq"];

    private protected AdamOptimizer(IEnumerable<ParameterGroup> groups, AdamOptions? options)
        : base(groups) => Options = (options ?? new AdamOptions()).Validated();

    /// <summary>The settings.</summary>
    public AdamOptions Options { get; }

    private protected virtual bool HasLargest => false;

    internal override IReadOnlyList<string> StateNames(Parameter parameter) => HasLargest ? MomentsAndLargest : Moments;

    /// <summary>The numbers of a parameter's step.</summary>
    /// <param name="options">The settings.</param>
    /// <param name="learningRate">The rate of this step.</param>
    /// <param name="weightDecay">The group's decay.</param>
    /// <param name="stepCount">t, from 1.</param>
    internal abstract AdamStep StepOf(AdamOptions options, double learningRate, double weightDecay, long stepCount);

    private protected sealed override void Update(OptimizerSlot slot, int start, int length, double gradientScale)
    {
        AdamStep step = StepOf(Options, slot.Group.LearningRate, slot.Group.WeightDecay, slot.StepCount) with { GradientScale = gradientScale };
        float[][] state = slot.State;
        AdamKernel.Update(
            slot.Value.Slice(start, length), slot.Gradient.Slice(start, length), state[0].AsSpan(start, length), state[1].AsSpan(start, length),
            HasLargest ? state[2].AsSpan(start, length) : [], step);
    }
}
