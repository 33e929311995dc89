namespace Akin.Pipelines;

/// <summary>Whether a task takes a second text.</summary>
public enum PairUse
{
    /// <summary>One text.</summary>
    None,

    /// <summary>One text or two.</summary>
    Possible,

    /// <summary>Two texts.</summary>
    Needed,
}
