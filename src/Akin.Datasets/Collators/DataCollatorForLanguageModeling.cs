using System.Collections;

namespace Akin.Datasets.Collators;

/// <summary>
/// Fills sequences up and makes labels for language modelling: with a masker, hidden tokens are to be predicted (masked language modelling); without one, every token
/// (causal), where each pad id becomes −100, a real one too.
/// </summary>
/// <param name="padding">How sequences are filled up; null for the defaults.</param>
/// <param name="masking">How tokens are hidden; null for causal language modelling.</param>
/// <param name="specialTokenIds">Ids that are never hidden, where an example has no <c>special_tokens_mask</c>: class, separator, padding, unknown and mask tokens.</param>
/// <param name="seed">The seed of the draws.</param>
public sealed class DataCollatorForLanguageModeling(
    TokenPadding? padding = null, TokenMaskingOptions? masking = null, IReadOnlyCollection<int>? specialTokenIds = null, ulong seed = 42) : IDataCollator
{
    private const int SequencesPerBatch = 1 << 20;

    private readonly TokenPadding _padding = padding ?? new TokenPadding();
    private readonly TokenMasker? _masker = masking is null ? null : new TokenMasker(masking);
    private readonly HashSet<int> _specialTokenIds = [.. specialTokenIds ?? []];

    /// <inheritdoc/>
    public CollatedBatch Collate(IReadOnlyList<IReadOnlyDictionary<string, object?>> features, long batchNumber = 0)
    {
        CollatedBatch batch = [];
        if (features.Count == 0)
        {
            return batch;
        }

        if (_masker is null)
        {
            DataCollatorWithPadding.PadTokens(batch, features, _padding);
            CollatedTensor ids = batch[ExampleReader.InputIds];
            batch[ExampleReader.Labels] = new CollatedTensor(ids.Shape, Array.ConvertAll(ids.Integers!, id => id == _padding.PadTokenId ? ExampleReader.IgnoredLabel : id));
            return batch;
        }

        List<RowValues> masked = [];
        List<long[]> labels = [];
        for (int row = 0; row < features.Count; row++)
        {
            (RowValues example, long[] label) = Mask(features[row], row, ((ulong)batchNumber * SequencesPerBatch) + (ulong)row);
            masked.Add(example);
            labels.Add(label);
        }

        DataCollatorWithPadding.PadTokens(batch, masked, _padding);
        IReadOnlyList<int> shape = batch[ExampleReader.InputIds].Shape;
        batch[ExampleReader.Labels] = new CollatedTensor(shape, _padding.Fill(labels, shape[1], ExampleReader.IgnoredLabel));
        return batch;
    }

    private (RowValues Example, long[] Labels) Mask(IReadOnlyDictionary<string, object?> example, int row, ulong sequence)
    {
        int[] ids = Array.ConvertAll(ExampleReader.Sequences([example], ExampleReader.InputIds)[0], id => checked((int)id));
        bool[] special = example.TryGetValue(ExampleReader.SpecialTokensMask, out object? mask) && mask is IEnumerable marks
            ? Array.ConvertAll(ExampleReader.Integers(marks, row, ExampleReader.SpecialTokensMask), mark => mark != 0)
            : Array.ConvertAll(ids, _specialTokenIds.Contains);
        int[] words = masking!.WholeWords ? TokenMasker.WordsOf(Offsets(example, row), special) : [];
        int[] labels = new int[ids.Length];
        _masker!.Mask(ids, labels, special, words, seed, sequence);

        RowValues masked = [];
        foreach ((string name, object? value) in example)
        {
            masked[name] = name == ExampleReader.InputIds ? ids : value;
        }

        return (masked, Array.ConvertAll(labels, label => (long)label));
    }

    private static (int Start, int End)[] Offsets(IReadOnlyDictionary<string, object?> example, int row)
    {
        if (!example.TryGetValue(ExampleReader.OffsetMapping, out object? value) || value is not IEnumerable pairs)
        {
            throw new DatasetException($"example {row}: whole words are found by '{ExampleReader.OffsetMapping}', which is missing; tokenize with offsets.");
        }

        List<(int Start, int End)> offsets = [];
        foreach (object? pair in pairs)
        {
            long[] ends = pair is IEnumerable items ? ExampleReader.Integers(items, row, ExampleReader.OffsetMapping) : [];
            offsets.Add(ends is [var start, var end] ? ((int)start, (int)end) : throw new DatasetException($"example {row}: '{ExampleReader.OffsetMapping}' must hold pairs of start and end."));
        }

        return [.. offsets];
    }
}
