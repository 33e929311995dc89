namespace Akin.Training.Losses;

/// <summary>Which negatives count for more the nearer they are (Lan et al. 2025, "LLaVE", https://arxiv.org/abs/2503.04812).</summary>
public enum HardnessMode
{
    /// <summary>None.</summary>
    None,

    /// <summary>The positives and negatives of the other rows.</summary>
    InBatchNegatives,

    /// <summary>The row's own negatives.</summary>
    HardNegatives,

    /// <summary>Both.</summary>
    AllNegatives,
}
