namespace Akin.Datasets.Sampling;

/// <summary>Divides rows so that both parts hold every class in its share, with the draws of scikit-learn's StratifiedShuffleSplit (1.x, model_selection/_split.py).</summary>
internal static class StratifiedSplit
{
    public static (int[] Train, int[] Test) Rows(int[] classes, int trainCount, int testCount, NumpyGenerator generator)
    {
        int classCount = classes.Max() + 1;
        int[][] rowsOfClass = new int[classCount][];
        for (int number = 0; number < classCount; number++)
        {
            rowsOfClass[number] = [.. Enumerable.Range(0, classes.Length).Where(row => classes[row] == number)];
        }

        int smallest = rowsOfClass.Min(rows => rows.Length);
        if (smallest < 2)
        {
            throw new DatasetException($"a class has only {smallest} row; to stratify, every class needs at least two.");
        }

        if (Math.Min(trainCount, testCount) < classCount)
        {
            throw new DatasetException($"{trainCount} rows for training and {testCount} for testing are fewer than the {classCount} classes.");
        }

        int[] counts = Array.ConvertAll(rowsOfClass, rows => rows.Length);
        int[] trainCounts = Shares(counts, trainCount, generator);
        int[] testCounts = Shares([.. counts.Zip(trainCounts, (all, taken) => all - taken)], testCount, generator);
        List<int> train = [];
        List<int> test = [];
        for (int number = 0; number < classCount; number++)
        {
            int[] shuffled = Array.ConvertAll(generator.Permutation(counts[number]), place => rowsOfClass[number][place]);
            train.AddRange(shuffled.AsSpan(0, trainCounts[number]));
            test.AddRange(shuffled.AsSpan(trainCounts[number], testCounts[number]));
        }

        int[] trainRows = generator.Permutation([.. train]);
        return (trainRows, generator.Permutation([.. test]));
    }

    /// <summary>Rows per class in proportion; what rounding leaves goes to the largest remainders, drawn among equals.</summary>
    private static int[] Shares(int[] counts, int drawn, NumpyGenerator generator)
    {
        double all = counts.Sum(count => (double)count);
        double[] exact = Array.ConvertAll(counts, count => (double)drawn * count / all);
        int[] shares = Array.ConvertAll(exact, share => (int)Math.Floor(share));
        double[] remainders = [.. exact.Zip(shares, (share, whole) => share - whole)];
        int missing = drawn - shares.Sum();
        foreach (double value in remainders.Distinct().OrderDescending())
        {
            if (missing <= 0)
            {
                break;
            }

            int[] equals = [.. Enumerable.Range(0, counts.Length).Where(number => remainders[number] == value)];
            foreach (int number in generator.Choice(equals, Math.Min(equals.Length, missing)))
            {
                shares[number]++;
                missing--;
            }
        }

        return shares;
    }
}
