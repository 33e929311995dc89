using Akin.Training.Callbacks;

namespace Akin.Training.CrashProbe;

/// <summary>Says on standard output how far the run is.</summary>
/// <param name="holdAt">The step after which it waits to be interrupted, so that the run cannot be over before that.</param>
/// <param name="interrupted">Cancelled when it is.</param>
internal sealed class SayStep(int? holdAt, CancellationToken interrupted) : TrainerCallback
{
    public override void OnTrainBegin(TrainingArguments arguments, TrainerState state, TrainerControl control) => Console.WriteLine($"begin {state.GlobalStep}");

    public override void OnStepEnd(TrainingArguments arguments, TrainerState state, TrainerControl control)
    {
        Console.WriteLine($"step {state.GlobalStep}");
        if (state.GlobalStep == holdAt)
        {
            interrupted.WaitHandle.WaitOne(TimeSpan.FromSeconds(60));
        }
    }
}
