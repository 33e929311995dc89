using System.Collections;
using Akin.Datasets.Sampling;
using Akin.Training.Losses;

namespace Akin.Training.Sentences;

/// <summary>Which examples make the batches of an epoch of several sets.</summary>
internal static class SentenceBatches
{
    /// <summary>Divides the examples, numbered as if the sets lay one after the other.</summary>
    /// <param name="arguments">How.</param>
    /// <param name="sets">The sets.</param>
    /// <param name="seed">Of the epoch.</param>
    /// <exception cref="LossInputException">The set cannot be divided so.</exception>
    public static IReadOnlyList<int[]> Make(SentenceTransformerTrainingArguments arguments, IReadOnlyList<SentenceDataset> sets, ulong seed)
    {
        int[] rowCounts = [.. sets.Select(set => set.Examples.Count)];
        IBatchSampler[] samplers = [.. sets.Select((set, i) => SamplerOf(arguments, set, Seeds.Derive(seed, (ulong)i)))];
        IBatchSampler sampler = sets.Count == 1 ? samplers[0]
            : arguments.MultiDatasetBatchSampler == MultiDatasetBatchSamplers.RoundRobin ? new RoundRobinBatchSampler(rowCounts, samplers)
            : new ProportionalBatchSampler(rowCounts, samplers, seed);
        int[][] batches = [.. sampler.Batches().Select(batch => batch.ToArray())];
        RequireNegatives(batches, SentenceItem.Join(sets), arguments.PerDeviceTrainBatchSize);
        return batches;
    }

    /// <summary>A loss that takes the other rows of a batch as negatives learns nothing of pairs that are all the same.</summary>
    private static void RequireNegatives(int[][] batches, IReadOnlyList<SentenceItem> items, int batchSize)
    {
        ILookup<SentenceDataset, int[]> bySet = batches.ToLookup(batch => items[batch[0]].Set);
        foreach (IGrouping<SentenceDataset, int[]> set in bySet.Where(set => set.Key.Columns.Count == 2 && SamplerFor(set.Key.Loss) == BatchSamplers.NoDuplicates))
        {
            IReadOnlyList<string> first = [];
            bool IsOneText(int[] batch)
            {
                first = items[batch[0]].Example.Texts;
                return batch.All(row => items[row].Example.Texts.SequenceEqual(first));
            }

            // Single rows are what a sampler without duplicates leaves of equal ones, and one of them may stand at the end of every epoch.
            bool areSingle = batchSize > 1 && set.Key.Examples.Count > 1 && set.All(batch => batch.Length == 1);
            if (areSingle || set.Any(batch => batch.Length > 1 && IsOneText(batch)))
            {
                throw new LossInputException(
                    $"'{set.Key.Name}' has rows that are all the same{(areSingle ? " in some text" : $", such as '{Shortened(first[0])}'")}: {set.Key.Loss.GetType().Name} takes the other rows "
                    + "of a batch as negatives, so a batch needs two that differ. Remove repeated rows, or give negatives of their own and another loss.");
            }
        }
    }

    private static string Shortened(string text) => text.Length <= 40 ? text : $"{text.AsSpan(0, 39)}…";

    /// <summary>How batches are best made for a loss.</summary>
    public static BatchSamplers SamplerFor(SentenceLoss loss) => loss switch
    {
        MatryoshkaLoss matryoshka => SamplerFor(matryoshka.Inner),
        MultipleNegativesRankingLoss or GISTEmbedLoss or MegaBatchMarginLoss => BatchSamplers.NoDuplicates,
        ClassDistanceLoss => BatchSamplers.GroupByLabel,
        _ => BatchSamplers.BatchSampler,
    };

    private static IBatchSampler SamplerOf(SentenceTransformerTrainingArguments arguments, SentenceDataset set, ulong seed)
    {
        (int batchSize, bool dropsLast) = (arguments.PerDeviceTrainBatchSize, arguments.DataloaderDropLast);
        return arguments.BatchSampler switch
        {
            BatchSamplers.NoDuplicates => new NoDuplicatesBatchSampler(new Texts(set), batchSize, dropsLast, seed),
            BatchSamplers.GroupByLabel => new GroupByLabelBatchSampler([.. set.Examples.Select((example, row) => LabelOf(set, example, row))], batchSize, dropsLast, seed),
            _ => new BatchSampler(set.Examples.Count, batchSize, dropsLast, arguments.TrainSamplingStrategy == TrainSamplingStrategy.Sequential ? null : seed),
        };
    }

    private static long LabelOf(SentenceDataset set, SentenceExample example, int row) => example.Labels.Length == 1 && float.IsInteger(example.Labels.Span[0])
        ? (long)example.Labels.Span[0]
        : throw new LossInputException($"Row {row} of '{set.Name}' has no class number as label: batches grouped by label need one.");

    private sealed class Texts(SentenceDataset set) : IReadOnlyList<IReadOnlyList<string>>
    {
        public int Count => set.Examples.Count;

        public IReadOnlyList<string> this[int index] => set.Examples[index].Texts;

        public IEnumerator<IReadOnlyList<string>> GetEnumerator() => set.Examples.Select(example => example.Texts).GetEnumerator();

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
    }
}
