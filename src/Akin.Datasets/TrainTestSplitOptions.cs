namespace Akin.Datasets;

/// <summary>How <see cref="Dataset.TrainTestSplit(TrainTestSplitOptions)"/> divides rows.</summary>
public sealed record TrainTestSplitOptions
{
    /// <summary>The share of rows that go to the test set, rounded up; 0.25 when nothing is said about sizes.</summary>
    public double? TestFraction { get; init; }

    /// <summary>How many rows go to the test set; excludes <see cref="TestFraction"/>.</summary>
    public int? TestCount { get; init; }

    /// <summary>The share of rows that go to the train set, rounded down; what the test set leaves when nothing is said.</summary>
    public double? TrainFraction { get; init; }

    /// <summary>How many rows go to the train set; excludes <see cref="TrainFraction"/>.</summary>
    public int? TrainCount { get; init; }

    /// <summary>Whether rows are shuffled before; default true. When false, the train set is the first rows and the test set the ones after.</summary>
    public bool Shuffle { get; init; } = true;

    /// <summary>The seed of the shuffle; default 42.</summary>
    public ulong Seed { get; init; } = 42;

    /// <summary>A column whose values both sets hold in the same shares, or null.</summary>
    public string? StratifyByColumn { get; init; }
}
