namespace Akin.Training.Losses.CrossEncoders;

/// <summary>Makes the right order of a list likely, every place counting the same.</summary>
/// <remarks>
/// <para>Inputs: those of <see cref="PListMLELoss"/>, which this is with all weights 1.</para>
/// <para>Formula: the mean over the queries of −Σ (s(i) − ln Σ from i on of e^s) (Xia et al. 2008, "Listwise Approach to Learning to Rank").</para>
/// <para>Example: <c>new ListMLELoss()</c>.</para>
/// </remarks>
/// <param name="miniBatchSize">Pairs scored at a time; <see langword="null"/> (the default) for all at once.</param>
/// <exception cref="ArgumentOutOfRangeException">The size is below 1.</exception>
public sealed class ListMLELoss(int? miniBatchSize = null) : PListMLELoss(miniBatchSize)
{
    private protected override float[] Weights(int count) => [.. Enumerable.Repeat(1f, count)];
}
