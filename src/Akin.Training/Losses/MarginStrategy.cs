namespace Akin.Training.Losses;

/// <summary>From which similarity on a guide finds a negative too right to be one.</summary>
public enum MarginStrategy
{
    /// <summary>Above the positive's similarity minus the margin.</summary>
    Absolute,

    /// <summary>Above the positive's similarity minus the margin times its absolute value.</summary>
    Relative,
}
