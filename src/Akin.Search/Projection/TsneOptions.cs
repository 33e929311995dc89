namespace Akin.Search.Projection;

/// <summary>Settings of <see cref="Tsne"/>; the defaults are scikit-learn's.</summary>
public sealed record TsneOptions
{
    /// <summary>About how many neighbours of a point matter; 30 by default, and never more than a third of the points.</summary>
    public double Perplexity { get; init; } = 30;

    /// <summary>How many steps are done; 1,000 by default.</summary>
    public int Iterations { get; init; } = 1000;

    /// <summary>How coarsely far points are taken together, 0 … 1; 0 is exact and slow. 0.5 by default.</summary>
    public double Coarseness { get; init; } = 0.5;
}
