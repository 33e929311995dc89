namespace Akin.Training.FineTuning;

/// <summary>
/// The batches of a training set that is repeated without end, each pass in an order of its own, and cut into batches without regard to where a pass ends: all
/// batches are full, and one may hold the end of a pass and the beginning of the next.
/// </summary>
/// <param name="exampleCount">Examples of a pass.</param>
/// <param name="batchSize">Examples of a batch.</param>
/// <param name="partCount">Parts of a batch that are run one after the other; divides its size.</param>
/// <param name="seed">Of the order.</param>
internal sealed class RepeatedBatches(int exampleCount, int batchSize, int partCount, ulong seed)
{
    /// <summary>Steps of a run: <c>int(examples / batch · epochs)</c>.</summary>
    public static int StepCount(int exampleCount, int batchSize, double epochs) => (int)Math.Min(int.MaxValue, exampleCount / (double)batchSize * epochs);

    /// <summary>The parts of the batches that begin in an epoch; where a batch is longer than an epoch, every batch is one.</summary>
    /// <param name="epoch">From 0.</param>
    public IReadOnlyList<int[]> OfEpoch(int epoch)
    {
        long first = FirstBatch(epoch), end = FirstBatch(epoch + 1);
        int[] examples = new int[(end - first) * batchSize];
        long pass = -1;
        int[] order = [];
        for (int i = 0; i < examples.Length; i++)
        {
            (long passOfExample, long place) = Math.DivRem((first * batchSize) + i, exampleCount);
            if (passOfExample != pass)
            {
                pass = passOfExample;
                order = Seeds.Permutation(exampleCount, Seeds.Derive(seed, (ulong)pass));
            }

            examples[i] = order[place];
        }

        return [.. examples.Chunk(batchSize / partCount)];
    }

    private long FirstBatch(int epoch) => exampleCount < batchSize ? epoch : (((long)epoch * exampleCount) + batchSize - 1) / batchSize;
}
