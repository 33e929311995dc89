using Akin.Tensors;

namespace Akin.Training.Optimizers;

/// <summary>
/// Adafactor (Shazeer and Stern 2018, https://arxiv.org/abs/1804.04235) as transformers computes it: of a matrix's squared gradients only the means of
/// rows and columns are remembered, so that its memory is small.
/// </summary>
/// <remarks>With <see cref="AdafactorOptions.RelativeStep"/> (the default) the groups' learning rates and schedules have no effect.</remarks>
public sealed class Adafactor : Optimizer
{
    /// <summary>Makes an optimizer for groups of parameters.</summary>
    /// <param name="groups">The parameters with their rates.</param>
    /// <param name="options">The settings.</param>
    /// <exception cref="ArgumentException">There is no parameter, or one twice.</exception>
    public Adafactor(IEnumerable<ParameterGroup> groups, AdafactorOptions? options = null)
        : base(groups)
    {
        Options = options ?? new AdafactorOptions();
        if (Options.WarmupInit && !Options.RelativeStep)
        {
            throw new ArgumentException($"{nameof(AdafactorOptions.WarmupInit)} needs {nameof(AdafactorOptions.RelativeStep)}.", nameof(options));
        }
    }

    /// <summary>Makes an optimizer without weight decay.</summary>
    /// <param name="parameters">A model's parameters.</param>
    /// <param name="learningRate">The rate before any schedule; unused when rates are relative.</param>
    /// <param name="options">The settings.</param>
    /// <exception cref="ArgumentException">There is no parameter.</exception>
    public Adafactor(IEnumerable<Parameter> parameters, double learningRate = 0, AdafactorOptions? options = null)
        : this([new ParameterGroup(parameters, learningRate)], options)
    {
    }

    /// <summary>The settings.</summary>
    public AdafactorOptions Options { get; }

    private protected override bool IsElementwise => false;

    internal override IReadOnlyList<string> StateNames(Parameter parameter)
    {
        List<string> names = IsFactored(parameter) ? ["exp_avg_sq_row", "exp_avg_sq_col"] : ["exp_avg_sq"];
        if (Options.Beta1 is not null)
        {
            names.Add("exp_avg");
        }

        return names;
    }

    private protected override int StateLength(Parameter parameter, int index) => StateNames(parameter)[index] switch
    {
        "exp_avg_sq_row" => parameter.Shape.RowCount,
        "exp_avg_sq_col" => parameter.Shape.ColumnCount,
        _ => (int)parameter.Shape.ElementCount,
    };

    private protected override void Update(OptimizerSlot slot, int start, int length, double gradientScale)
    {
        float[][] state = slot.State;
        AdafactorKernel.Update(
            slot.Value, slot.Gradient, gradientScale, state[0], IsFactored(slot.Parameter) ? state[1] : [], Options.Beta1 is null ? [] : state[^1],
            Options, slot.Group.LearningRate, slot.Group.WeightDecay, slot.StepCount);
    }

    /// <summary>Matrices are factored; no encoder has a weight of more dimensions.</summary>
    private static bool IsFactored(Parameter parameter) => parameter.Shape.Rank >= 2;
}
