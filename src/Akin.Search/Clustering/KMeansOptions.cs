namespace Akin.Search.Clustering;

/// <summary>Settings of <see cref="KMeans"/>; the defaults are scikit-learn's, with ten restarts.</summary>
public sealed record KMeansOptions
{
    /// <summary>The seed of the first centres; equal seeds give equal clusters.</summary>
    public int Seed { get; init; }

    /// <summary>How many times to begin anew; the result with the smallest inertia is kept. 10 by default.</summary>
    public int Restarts { get; init; } = 10;

    /// <summary>The most iterations of one run; 300 by default.</summary>
    public int MaxIterations { get; init; } = 300;

    /// <summary>A run ends when the centres move less than this share of the data's variance; 1e-4 by default.</summary>
    public double Tolerance { get; init; } = 1e-4;
}
