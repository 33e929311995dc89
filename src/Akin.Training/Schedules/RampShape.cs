namespace Akin.Training.Schedules;

/// <summary>The form in which a rate rises or falls.</summary>
public enum RampShape
{
    /// <summary>A straight line.</summary>
    Linear,

    /// <summary>A cosine wave.</summary>
    Cosine,

    /// <summary>One minus the square root of the share that is done (of what remains, when rising).</summary>
    OneMinusSqrt,
}
