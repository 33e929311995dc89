namespace Akin.Training;

/// <summary>When a checkpoint is written during training.</summary>
public enum SaveStrategy
{
    /// <summary>Never, unless the run is cancelled.</summary>
    No,

    /// <summary>Every so many steps of the optimizer, and after the last.</summary>
    Steps,

    /// <summary>At the end of every epoch.</summary>
    Epoch,

    /// <summary>Whenever an evaluation was the best so far.</summary>
    Best,
}
