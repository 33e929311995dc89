namespace Akin.Training;

/// <summary>A run whose numbers are no longer finite. The weights are those before the step; no checkpoint was written.</summary>
public sealed class TrainingDivergedException : Exception
{
    internal TrainingDivergedException(int step, string tensor, string found, double learningRate, string remedy)
        : base($"Step {step} (learning rate {learningRate:G4}): {found}; the first tensor that is not finite is '{tensor}'. {remedy}") =>
        (Step, Tensor, LearningRate) = (step, tensor, learningRate);

    /// <summary>The step, from 1.</summary>
    public int Step { get; }

    /// <summary>The first weight, the first gradient (in the order of the model's parameters), or <c>loss</c>.</summary>
    public string Tensor { get; }

    /// <summary>The learning rate of the step.</summary>
    public double LearningRate { get; }
}
