namespace Akin.Search.Fusion;

/// <summary>How the scores of a list are made comparable with those of another. Where a list has no spread, its width counts as 10⁻⁹.</summary>
public enum ScoreNormalization
{
    /// <summary>(score − least) / (greatest − least): from 0 to 1.</summary>
    MinMax,

    /// <summary>(score − mean) / standard deviation of the list; a document that the list lacks gets 0, which is its mean.</summary>
    ZScore,

    /// <summary>score / greatest.</summary>
    Maximum,

    /// <summary>(score − least) / Σ (score − least).</summary>
    Sum,

    /// <summary>1 − (rank − 1) / length of the list.</summary>
    Rank,

    /// <summary>From 0 to 1 between three sample deviations below and above the mean (Mazzeschi 2023, distribution-based score fusion); 0.5 without spread.</summary>
    Distribution,
}
