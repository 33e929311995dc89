namespace Akin.Training;

/// <summary>What a run does next; callbacks may change it.</summary>
public sealed class TrainerControl
{
    /// <summary>Whether training ends after this step.</summary>
    public bool ShouldTrainingStop { get; set; }

    /// <summary>Whether the epoch ends after this step.</summary>
    public bool ShouldEpochStop { get; set; }

    /// <summary>Whether a checkpoint is written now.</summary>
    public bool ShouldSave { get; set; }

    /// <summary>Whether the model is evaluated now.</summary>
    public bool ShouldEvaluate { get; set; }

    /// <summary>Whether the loss is logged now.</summary>
    public bool ShouldLog { get; set; }
}
