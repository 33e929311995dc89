using Akin.Hub;
using Akin.Models.Heads;
using Akin.Tokenizers;
using Akin.Training.Tasks;

namespace Akin.Training.FineTuning;

/// <summary>Teaches a published model to choose one of several texts: the answer to a question, the end of a story.</summary>
/// <remarks>
/// Files are .csv, .tsv or .jsonl with a header, also .gz, such as SWAG's. The model reads the text paired with every choice. Measures: the accuracy.
/// <c>akin train multiple-choice</c> is this class as a command.
/// </remarks>
public static class MultipleChoiceFineTuning
{
    /// <summary>Trains, evaluates, and writes the model with its report.</summary>
    /// <param name="options">The model, the files and how.</param>
    /// <param name="progress">Told about a download of the model.</param>
    /// <param name="cancellationToken">Writes a checkpoint and ends the run; <see cref="FineTuningOptions.Resume"/> goes on from it.</param>
    /// <exception cref="Datasets.DataFormatException">A file is empty or broken, or a row has no text, too few choices or no label that is one of them.</exception>
    /// <exception cref="TrainingOptionException">The options do not fit the model or the data.</exception>
    /// <exception cref="TrainingDivergedException">A loss or a gradient is no longer finite.</exception>
    /// <exception cref="TrainingStateException">A checkpoint cannot be written or read.</exception>
    /// <exception cref="OperationCanceledException">The run was cancelled.</exception>
    public static FineTuningResult Train(
        MultipleChoiceOptions options, IProgress<DownloadProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        ExampleRow[] train = [.. ExampleTable.Read(options.Train, options.Encoding)];
        ExampleRow[]? eval = options.Eval is null ? null : [.. ExampleTable.Read(options.Eval, options.Encoding)];
        string folder = FineTuningRun.ResolveModel(options, progress, cancellationToken);
        MultipleChoiceModel model = FineTuningRun.LoadModel<MultipleChoiceModel>(options, folder);
        Tokenizer tokenizer = AutoTokenizer.FromPretrained(folder, cancellationToken: cancellationToken);
        EncodeOptions cut = FineTuningRun.Cut(options, model);
        int choiceCount = options.Columns.Read(train[0]).Choices.Count;
        MultipleChoiceExample[] Encode(ExampleRow[] rows) => [.. rows.Select(row =>
        {
            cancellationToken.ThrowIfCancellationRequested();
            return Example(options, row, tokenizer, cut, choiceCount);
        })];
        return FineTuningRun.Train(
            options,
            new FineTuningParts<MultipleChoiceExample>(new MultipleChoiceTask(model), Encode(train))
            {
                Tokenizer = tokenizer,
                Eval = eval is null ? null : Encode(eval),
                ComputeMetrics = evaluation => new Dictionary<string, double>
                {
                    ["accuracy"] = evaluation.Examples.Zip(evaluation.Predictions).Average(pair => pair.First.Label == pair.Second.Best() ? 1.0 : 0.0),
                },
            },
            cancellationToken);
    }

    private static MultipleChoiceExample Example(MultipleChoiceOptions options, ExampleRow row, Tokenizer tokenizer, EncodeOptions cut, int choiceCount)
    {
        (string text, IReadOnlyList<string> choices) = options.Columns.Read(row);
        if (choices.Count != choiceCount)
        {
            throw row.Error($"there are {choices.Count} choices, but {choiceCount} in the first row: every row needs as many.");
        }

        int label = int.TryParse(row.Text(options.LabelColumn), out int number) && number >= 0 && number < choiceCount
            ? number
            : throw row.Error($"the label '{row.Text(options.LabelColumn)}' is not the number of a choice, from 0 to {choiceCount - 1}.");
        return new MultipleChoiceExample([.. choices.Select(choice => EncodedText.From(tokenizer.Encode(text, choice, cut)))], label);
    }
}
