using Akin.Training.Callbacks;

namespace Akin.Training.CrashProbe;

/// <summary>Says on standard output how far the run is.</summary>
internal sealed class SayStep : TrainerCallback
{
    public override void OnTrainBegin(TrainingArguments arguments, TrainerState state, TrainerControl control) => Console.WriteLine($"begin {state.GlobalStep}");

    public override void OnStepEnd(TrainingArguments arguments, TrainerState state, TrainerControl control) => Console.WriteLine($"step {state.GlobalStep}");
}
