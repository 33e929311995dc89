namespace Akin.Training.Mining;

/// <summary>The columns that mined negatives are written in, as those of sentence-transformers' <c>mine_hard_negatives</c>.</summary>
public enum NegativeFormat
{
    /// <summary>A row for every positive and negative of a query: anchor, positive, <c>negative</c>.</summary>
    Triplet,

    /// <summary>A row for every positive: anchor, positive, <c>negative_1</c> … <c>negative_n</c>; only where all n were found.</summary>
    NTuple,

    /// <summary>A row for every text: anchor, positive (which may be a negative), <c>label</c> 1 or 0.</summary>
    LabeledPair,

    /// <summary>A row for every positive: anchor, a list of the positive and the negatives, <c>labels</c> 1, 0, 0 ….</summary>
    LabeledList,
}
