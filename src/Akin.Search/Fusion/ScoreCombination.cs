namespace Akin.Search.Fusion;

/// <summary>What becomes of the scores that several lists give one document (Fox and Shaw 1994).</summary>
public enum ScoreCombination
{
    /// <summary>Their weighted sum (CombSUM).</summary>
    Sum,

    /// <summary>The sum times the number of lists that name the document (CombMNZ).</summary>
    SumTimesLists,

    /// <summary>The greatest (CombMAX).</summary>
    Maximum,
}
