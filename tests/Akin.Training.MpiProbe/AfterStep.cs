using Akin.Training.Callbacks;

namespace Akin.Training.MpiProbe;

/// <summary>Does something after a step.</summary>
/// <param name="step">Which one.</param>
/// <param name="action">What.</param>
internal sealed class AfterStep(int step, Action action) : TrainerCallback
{
    public override void OnStepEnd(TrainingArguments arguments, TrainerState state, TrainerControl control)
    {
        if (state.GlobalStep == step)
        {
            action();
        }
    }
}
