namespace Akin.Search.Evaluation;

/// <summary>What the Wilcoxon test does with pairs that do not differ.</summary>
public enum ZeroDifferences
{
    /// <summary>They are left out before ranking (Wilcoxon).</summary>
    Drop,

    /// <summary>They take part in the ranking, and their ranks are left out (Pratt 1959).</summary>
    Rank,
}
