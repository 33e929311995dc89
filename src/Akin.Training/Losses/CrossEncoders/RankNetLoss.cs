namespace Akin.Training.Losses.CrossEncoders;

/// <summary>Puts a query's documents in order, every wrong pair counting the same.</summary>
/// <remarks>
/// <para>Inputs and requirements: those of <see cref="LambdaLoss"/>, which this is with all weights 1.</para>
/// <para>Formula: the mean of −log₂ σ(s(i) − s(j)) over the pairs whose label i is above label j (Burges et al. 2005, "Learning to Rank using Gradient
/// Descent").</para>
/// <para>Example: <c>new RankNetLoss()</c>.</para>
/// </remarks>
public sealed class RankNetLoss : LambdaLoss
{
    /// <summary>Makes the loss.</summary>
    /// <param name="miniBatchSize">Pairs scored at a time; <see langword="null"/> (the default) for all at once.</param>
    /// <exception cref="ArgumentOutOfRangeException">The size is below 1.</exception>
    public RankNetLoss(int? miniBatchSize = null)
        : base(miniBatchSize) => Weighting = LambdaWeighting.None;
}
