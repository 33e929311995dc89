namespace Akin.Training.Mining;

/// <summary>Which candidates may become negatives. Names and defaults are those of sentence-transformers' <c>mine_hard_negatives</c>.</summary>
public sealed record HardNegativeOptions
{
    /// <summary>Negatives of a query, at least 1; 3 by default.</summary>
    public int NegativeCount { get; init; } = 3;

    /// <summary>How many of the best candidates are passed over, since they may be answers nobody marked; 0 by default.</summary>
    public int RangeMin { get; init; }

    /// <summary>How many of the best candidates are looked at; null, the default, for as many as are likely to be needed.</summary>
    public int? RangeMax { get; init; }

    /// <summary>A candidate with a higher score is passed over; null, the default, for none.</summary>
    public float? MaxScore { get; init; }

    /// <summary>A candidate with a lower score is passed over; null, the default, for none.</summary>
    public float? MinScore { get; init; }

    /// <summary>By how much a negative's score must be below that of the worst positive; null, the default, for no such limit.</summary>
    public float? AbsoluteMargin { get; init; }

    /// <summary>The same as a share of the positive's score: 0.05 asks for 5 % less. Null, the default, for no such limit.</summary>
    public float? RelativeMargin { get; init; }

    /// <summary>Which candidates are taken; the best by default.</summary>
    public NegativeSampling Sampling { get; init; } = NegativeSampling.Top;

    /// <summary>For <see cref="NegativeSampling.Random"/>; 42 by default.</summary>
    public int Seed { get; init; } = 42;

    /// <summary>Whether positives may be among the negatives, for a full ranking to evaluate re-rankers on; no by default.</summary>
    public bool IncludePositives { get; init; }

    /// <summary>What the queries' column is called in the rows made; <c>anchor</c> by default.</summary>
    public string AnchorColumn { get; init; } = "anchor";

    /// <summary>What the positives' column is called; <c>positive</c> by default.</summary>
    public string PositiveColumn { get; init; } = "positive";

    internal bool LimitsByPositive => AbsoluteMargin is not null || RelativeMargin is not null;
}
