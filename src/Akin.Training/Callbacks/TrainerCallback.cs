using System.Text.Json.Nodes;

namespace Akin.Training.Callbacks;

/// <summary>Watches a run, and may steer it through its <see cref="TrainerControl"/>; events are those of transformers' <c>TrainerCallback</c>.</summary>
/// <remarks>Events come on the thread that trains.</remarks>
public abstract class TrainerCallback
{
    /// <summary>
    /// Whether only the main process of several raises events: for callbacks that write, and steer nothing. What steers must decide the same everywhere.
    /// Default: no.
    /// </summary>
    public virtual bool IsForMainProcess => false;

    /// <summary>Training begins; a resumed run has its state already.</summary>
    public virtual void OnTrainBegin(TrainingArguments arguments, TrainerState state, TrainerControl control)
    {
    }

    /// <summary>Training ended: all steps done, or stopped by a callback.</summary>
    public virtual void OnTrainEnd(TrainingArguments arguments, TrainerState state, TrainerControl control)
    {
    }

    /// <summary>An epoch begins.</summary>
    public virtual void OnEpochBegin(TrainingArguments arguments, TrainerState state, TrainerControl control)
    {
    }

    /// <summary>An epoch ended.</summary>
    public virtual void OnEpochEnd(TrainingArguments arguments, TrainerState state, TrainerControl control)
    {
    }

    /// <summary>A step begins.</summary>
    public virtual void OnStepBegin(TrainingArguments arguments, TrainerState state, TrainerControl control)
    {
    }

    /// <summary>A micro-batch of a step was run, and there are more.</summary>
    public virtual void OnSubstepEnd(TrainingArguments arguments, TrainerState state, TrainerControl control)
    {
    }

    /// <summary>Gradients are complete, their norm is known, and weights are as they were.</summary>
    public virtual void OnPreOptimizerStep(TrainingArguments arguments, TrainerState state, TrainerControl control)
    {
    }

    /// <summary>Weights were changed, and gradients are still there.</summary>
    public virtual void OnOptimizerStep(TrainingArguments arguments, TrainerState state, TrainerControl control)
    {
    }

    /// <summary>A step ended.</summary>
    public virtual void OnStepEnd(TrainingArguments arguments, TrainerState state, TrainerControl control)
    {
    }

    /// <summary>The model was evaluated.</summary>
    /// <param name="arguments">The arguments of the run.</param>
    /// <param name="state">Where the run stands.</param>
    /// <param name="control">What it does next.</param>
    /// <param name="metrics">The measures by name.</param>
    public virtual void OnEvaluate(TrainingArguments arguments, TrainerState state, TrainerControl control, IReadOnlyDictionary<string, double> metrics)
    {
    }

    /// <summary>The model predicted.</summary>
    /// <inheritdoc cref="OnEvaluate"/>
    public virtual void OnPredict(TrainingArguments arguments, TrainerState state, TrainerControl control, IReadOnlyDictionary<string, double> metrics)
    {
    }

    /// <summary>A batch of an evaluation or prediction was run.</summary>
    public virtual void OnPredictionStep(TrainingArguments arguments, TrainerState state, TrainerControl control)
    {
    }

    /// <summary>A checkpoint was written.</summary>
    public virtual void OnSave(TrainingArguments arguments, TrainerState state, TrainerControl control)
    {
    }

    /// <summary>Something was logged.</summary>
    /// <param name="arguments">The arguments of the run.</param>
    /// <param name="state">Where the run stands.</param>
    /// <param name="control">What it does next.</param>
    /// <param name="logs">Names and numbers, with <c>step</c> and <c>epoch</c>.</param>
    public virtual void OnLog(TrainingArguments arguments, TrainerState state, TrainerControl control, IReadOnlyDictionary<string, double> logs)
    {
    }

    /// <summary>What a checkpoint must keep for this callback. Default: nothing.</summary>
    public virtual JsonObject? ExportState() => null;

    /// <summary>Takes up what <see cref="ExportState"/> gave before the run was interrupted.</summary>
    /// <param name="state">The same object.</param>
    public virtual void ImportState(JsonObject state)
    {
    }
}
