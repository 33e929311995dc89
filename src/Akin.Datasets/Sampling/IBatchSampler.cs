namespace Akin.Datasets.Sampling;

/// <summary>Divides the rows of a set into batches. Implementations are immutable and safe to use from many threads.</summary>
public interface IBatchSampler
{
    /// <summary>How many batches an epoch has; some samplers may give a few more or fewer, as their documentation says.</summary>
    int BatchCount { get; }

    /// <summary>The batches of an epoch: places of rows, from 0.</summary>
    /// <param name="epoch">Which epoch, from 0: another one gives another order.</param>
    IEnumerable<IReadOnlyList<int>> Batches(int epoch = 0);
}
