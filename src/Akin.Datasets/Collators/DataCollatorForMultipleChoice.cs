using System.Collections;

namespace Akin.Datasets.Collators;

/// <summary>Fills up the token lists of every choice of every example: tensors are [examples, choices, tokens]; <c>label</c> becomes <c>labels</c>.</summary>
/// <param name="padding">How sequences are filled up; null for the defaults.</param>
public sealed class DataCollatorForMultipleChoice(TokenPadding? padding = null) : IDataCollator
{
    private static readonly string[] Tokens = [ExampleReader.InputIds, ExampleReader.TokenTypeIds, ExampleReader.AttentionMask];

    private readonly TokenPadding _padding = padding ?? new TokenPadding();

    /// <inheritdoc/>
    public CollatedBatch Collate(IReadOnlyList<IReadOnlyDictionary<string, object?>> features, long batchNumber = 0)
    {
        CollatedBatch batch = [];
        if (features.Count == 0)
        {
            return batch;
        }

        List<RowValues> choices = [];
        int? choiceCount = null;
        for (int row = 0; row < features.Count; row++)
        {
            int before = choices.Count;
            choices.AddRange(Choices(features[row], row));
            choiceCount ??= choices.Count;
            if (choices.Count - before != choiceCount)
            {
                throw new DatasetException($"example {row} has {choices.Count - before} choices, example 0 {choiceCount}.");
            }
        }

        DataCollatorWithPadding.PadTokens(batch, choices, _padding);
        foreach ((string name, CollatedTensor tensor) in batch.ToList())
        {
            batch[name] = new CollatedTensor([features.Count, choiceCount!.Value, tensor.Shape[1]], tensor.Integers!);
        }

        ExampleReader.AddTensors(batch, features, features[0].Keys.Except(Tokens));
        return batch;
    }

    private static List<RowValues> Choices(IReadOnlyDictionary<string, object?> example, int row)
    {
        List<RowValues> choices = [];
        foreach (string column in Tokens.Where(example.ContainsKey))
        {
            int place = 0;
            foreach (object? choice in example[column] as IEnumerable ?? throw new DatasetException($"example {row}: column '{column}' must be a list with a list of integers per choice."))
            {
                if (place == choices.Count)
                {
                    choices.Add([]);
                }

                choices[place++][column] = choice;
            }
        }

        return choices;
    }
}
