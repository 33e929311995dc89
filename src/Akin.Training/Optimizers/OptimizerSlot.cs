using Akin.Tensors;

namespace Akin.Training.Optimizers;

/// <summary>A parameter as its optimizer sees it: the numbers, the gradient of this step, and what is remembered between steps.</summary>
internal sealed class OptimizerSlot(Parameter parameter, ParameterGroup group)
{
    private Tensor? _gradient;

    public Parameter Parameter { get; } = parameter;

    public ParameterGroup Group { get; } = group;

    /// <summary>Steps that this parameter took part in: the t of bias corrections.</summary>
    public long StepCount { get; set; }

    /// <summary>Moments and the like; empty before the first step, as in PyTorch.</summary>
    public float[][] State { get; set; } = [];

    public Span<float> Value => Parameter.Value.Span;

    public ReadOnlySpan<float> Gradient => _gradient!.Span;

    /// <summary>Takes the gradient of this step; false when there is none.</summary>
    public bool TakeGradient()
    {
        _gradient = Parameter.RequiresGradient ? Parameter.Gradient : null;
        return _gradient is not null;
    }
}
