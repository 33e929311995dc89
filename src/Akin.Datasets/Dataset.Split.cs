using Akin.Datasets.Columns;
using Akin.Datasets.Sampling;

namespace Akin.Datasets;

/// <content>Dividing rows into a train and a test set.</content>
public sealed partial class Dataset
{
    /// <summary>Divides the rows at random into <c>train</c> and <c>test</c>, the same rows as Python's <c>train_test_split(seed=…)</c>.</summary>
    /// <param name="testFraction">The share of rows that go to the test set, rounded up.</param>
    /// <param name="seed">The same seed gives the same sets.</param>
    /// <exception cref="DatasetException">One of the sets would be empty.</exception>
    public DatasetDict TrainTestSplit(double testFraction = 0.25, ulong seed = 42) =>
        TrainTestSplit(new TrainTestSplitOptions { TestFraction = testFraction, Seed = seed });

    /// <summary>Divides the rows into <c>train</c> and <c>test</c>.</summary>
    /// <param name="options">Sizes, seed, column to stratify by.</param>
    /// <exception cref="DatasetException">A size does not fit the number of rows, or a class has fewer than two rows.</exception>
    public DatasetDict TrainTestSplit(TrainTestSplitOptions options)
    {
        int? test = SizeOf("test", options.TestFraction, options.TestCount, roundUp: true);
        int? train = SizeOf("train", options.TrainFraction, options.TrainCount, roundUp: false);
        test ??= train is null ? (int)Math.Ceiling(0.25 * Count) : Count - train.Value;
        train ??= Count - test.Value;
        if (train <= 0 || test <= 0 || (long)train + test > Count)
        {
            throw new DatasetException($"{Count} rows cannot be divided into {train} for training and {test} for testing; both need at least one row.");
        }

        int[] trainRows;
        int[] testRows;
        if (options.StratifyByColumn is { } column)
        {
            (trainRows, testRows) = StratifiedSplit.Rows(Classes(column), train.Value, test.Value, new NumpyGenerator(options.Seed));
        }
        else if (options.Shuffle)
        {
            int[] order = new NumpyGenerator(options.Seed).Permutation(Count);
            testRows = order[..test.Value];
            trainRows = order[test.Value..(test.Value + train.Value)];
        }
        else
        {
            trainRows = [.. Enumerable.Range(0, train.Value)];
            testRows = [.. Enumerable.Range(train.Value, test.Value)];
        }

        return new DatasetDict(KeyValuePair.Create("train", Choose(trainRows)), KeyValuePair.Create("test", Choose(testRows)));
    }

    /// <summary>The class of each row, numbered by the order of the values.</summary>
    private int[] Classes(string column)
    {
        int place = Features.IndexOf(column);
        int[] order = RowOrder.Sort(this, place, descending: false);
        int[] classes = new int[Count];
        int number = 0;
        for (int index = 0; index < order.Length; index++)
        {
            if (index > 0 && !Equals(Read<object?>(place, order[index]), Read<object?>(place, order[index - 1])))
            {
                number++;
            }

            classes[order[index]] = number;
        }

        return classes;
    }

    private int? SizeOf(string name, double? fraction, int? count, bool roundUp)
    {
        if (fraction is not null && count is not null)
        {
            throw new DatasetException($"the size of the {name} set is given as a share and as a number; give one of them.");
        }

        if (fraction is not { } share)
        {
            return count;
        }

        return share is > 0 and < 1
            ? (int)(roundUp ? Math.Ceiling(share * Count) : Math.Floor(share * Count))
            : throw new DatasetException($"the share of the {name} set is {share}; it lies between 0 and 1.");
    }
}
