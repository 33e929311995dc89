namespace Akin.Training.Metrics.Generation;

/// <summary>What counts where a text shares no n-gram of some length with its references (Chen and Cherry 2014).</summary>
public enum BleuSmoothing
{
    /// <summary>The first length without a hit counts half a hit, the next a quarter, and so on (mteval, the default).</summary>
    Exponential,

    /// <summary>A length without a hit counts as a small number of hits, 0.1 by default.</summary>
    Floor,

    /// <summary>A number is added to hits and totals of all lengths above 1, 1 by default.</summary>
    AddK,

    /// <summary>The score is 0.</summary>
    None,
}
