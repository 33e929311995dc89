using Akin.Training.Acceleration;
using Akin.Training.Tasks;

namespace Akin.Training;

/// <summary>Puts together the predictions of an evaluation whose batches the processes took in turn.</summary>
internal static class PredictionExchange
{
    /// <summary>Gives every process all predictions.</summary>
    /// <param name="accelerator">The processes.</param>
    /// <param name="mine">Those of this process's batches, in order; none when they are not kept.</param>
    /// <param name="exampleCount">How many examples there are in all.</param>
    /// <param name="batchSize">Examples of a batch; batch <c>b</c> is that of process <c>b mod count</c>.</param>
    /// <param name="cancellationToken">Ends the wait for the others.</param>
    /// <returns>One for every example, in order.</returns>
    public static List<Prediction> Gather(
        Accelerator accelerator, List<Prediction> mine, int exampleCount, int batchSize, CancellationToken cancellationToken)
    {
        if (accelerator.ProcessCount == 1)
        {
            return mine;
        }

        int[][] shapes = accelerator.Gather<int>([.. mine.SelectMany(prediction => (int[])[prediction.Scores.Length, prediction.ColumnCount])], cancellationToken);
        float[][] scores = accelerator.Gather<float>([.. mine.SelectMany(prediction => prediction.Scores)], cancellationToken);
        if (shapes.All(shape => shape.Length == 0))
        {
            return [];
        }

        Queue<Prediction>[] parts = [.. shapes.Zip(scores, Divide)];
        return [.. Enumerable.Range(0, exampleCount).Select(example => parts[example / batchSize % parts.Length].Dequeue())];
    }

    private static Queue<Prediction> Divide(int[] shapes, float[] scores)
    {
        Queue<Prediction> predictions = [];
        int start = 0;
        for (int i = 0; i < shapes.Length; i += 2)
        {
            predictions.Enqueue(new Prediction(scores[start..(start + shapes[i])], shapes[i + 1]));
            start += shapes[i];
        }

        return predictions;
    }
}
