using Akin.Hub;
using Akin.Models;
using Akin.Models.Configuration;
using Akin.Models.Heads;
using Akin.Search.Evaluation;
using Akin.Tokenizers;
using Akin.Training.Metrics;
using Akin.Training.Reports;
using Akin.Training.Tasks;

namespace Akin.Training.FineTuning;

/// <summary>Teaches a published model the labels of your texts or pairs: one label, several, or a number.</summary>
/// <remarks>
/// Files are .csv, .tsv or .jsonl with a header, also .gz. Labels are those of the training file. Measures: accuracy and F1 of single labels, F1 and
/// exact match of several, Pearson, Spearman and squared error of numbers. <c>akin train classifier</c> is this class as a command.
/// </remarks>
public static class ClassifierFineTuning
{
    private const char LabelSeparator = '|';
    private const string RatingLabel = "LABEL_0"; // as transformers calls the only score of a regression

    /// <summary>Trains, evaluates, and writes the model with its report.</summary>
    /// <param name="options">The model, the files and how.</param>
    /// <param name="progress">Told about a download of the model.</param>
    /// <param name="cancellationToken">Writes a checkpoint and ends the run; <see cref="FineTuningOptions.Resume"/> goes on from it.</param>
    /// <exception cref="Datasets.DataFormatException">A file is empty or broken, or a row has no text, no label or one that is not known.</exception>
    /// <exception cref="TrainingOptionException">The options do not fit the model or the data.</exception>
    /// <exception cref="TrainingDivergedException">A loss or a gradient is no longer finite.</exception>
    /// <exception cref="TrainingStateException">A checkpoint cannot be written or read.</exception>
    /// <exception cref="OperationCanceledException">The run was cancelled.</exception>
    public static FineTuningResult Train(ClassifierOptions options, IProgress<DownloadProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        ExampleRow[] train = [.. ExampleTable.Read(options.Train, options.Encoding)];
        ExampleRow[]? eval = options.Eval is null ? null : [.. ExampleTable.Read(options.Eval, options.Encoding)];
        string folder = FineTuningRun.ResolveModel(options, progress, cancellationToken);
        LabelList? labels = options.Target == ClassifierTarget.Regression ? null : LabelsOf(options, train, ConfigReader.Open(folder));
        SequenceClassificationModel model = FineTuningRun.LoadModel<SequenceClassificationModel>(
            options, folder, labels?.Names ?? [RatingLabel], TypeOf(options.Target));
        Tokenizer tokenizer = AutoTokenizer.FromPretrained(folder, cancellationToken: cancellationToken);
        EncodeOptions cut = FineTuningRun.Cut(options, model);
        SequenceClassificationExample[] Encode(ExampleRow[] rows) => ClassifierFineTuning.Encode(options, rows, tokenizer, cut, labels, cancellationToken);
        return FineTuningRun.Train(
            options,
            new FineTuningParts<SequenceClassificationExample>(new SequenceClassificationTask(model), Encode(train))
            {
                Tokenizer = tokenizer,
                Eval = eval is null ? null : Encode(eval),
                ComputeMetrics = evaluation => Measure(options.Target, evaluation, labels),
                Describe = (report, evaluation) => Describe(report, options.Target, evaluation, labels),
            },
            cancellationToken);
    }

    private static LabelList LabelsOf(ClassifierOptions options, ExampleRow[] train, ConfigReader config)
    {
        LabelList labels = LabelList.Of(
            train.SelectMany(row => options.Target == ClassifierTarget.MultiLabel ? row.Texts(options.LabelColumn, LabelSeparator) : [row.Text(options.LabelColumn)]),
            ArchitectureRegistry.Find(config).ReadConfig(config).Labels);
        int fewest = options.Target == ClassifierTarget.MultiLabel ? 1 : 2;
        return labels.Names.Count >= fewest
            ? labels
            : throw new TrainingOptionException($"'{options.Train}' has {labels.Names.Count} label(s) in column '{options.LabelColumn}': there must be {fewest} or more to choose from.");
    }

    private static ProblemType TypeOf(ClassifierTarget target) => target switch
    {
        ClassifierTarget.SingleLabel => ProblemType.SingleLabel,
        ClassifierTarget.MultiLabel => ProblemType.MultiLabel,
        _ => ProblemType.Regression,
    };

    private static SequenceClassificationExample[] Encode(
        ClassifierOptions options, ExampleRow[] rows, Tokenizer tokenizer, EncodeOptions cut, LabelList? labels, CancellationToken cancellationToken)
    {
        Encoding[] encodings = options.PairColumn is { } pair
            ? tokenizer.EncodeBatch([.. rows.Select(row => (row.Text(options.TextColumn), row.Text(pair)))], cut, cancellationToken)
            : tokenizer.EncodeBatch([.. rows.Select(row => row.Text(options.TextColumn))], cut, cancellationToken);
        return [.. rows.Select((row, i) => Example(EncodedText.From(encodings[i]), row))];

        SequenceClassificationExample Example(EncodedText text, ExampleRow row)
        {
            switch (options.Target)
            {
                case ClassifierTarget.SingleLabel:
                    return new SequenceClassificationExample(text, labels!.IndexOf(row.Text(options.LabelColumn), row));
                case ClassifierTarget.MultiLabel:
                    float[] targets = new float[labels!.Names.Count];
                    foreach (string label in row.Texts(options.LabelColumn, LabelSeparator))
                    {
                        targets[labels.IndexOf(label, row)] = 1;
                    }

                    return new SequenceClassificationExample(text, targets);
                default:
                    return new SequenceClassificationExample(text, new[] { row.Number(options.LabelColumn) });
            }
        }
    }

    private static IReadOnlyDictionary<string, double> Measure(ClassifierTarget target, EvaluationResult<SequenceClassificationExample> evaluation, LabelList? labels)
    {
        switch (target)
        {
            case ClassifierTarget.SingleLabel:
                return Classes(evaluation, labels!).ToMetrics();
            case ClassifierTarget.MultiLabel:
                return LabelsOfTexts(evaluation, labels!).ToMetrics();
            default:
                double[] expected = [.. evaluation.Examples.Select(example => (double)example.Targets.Span[0])];
                double[] predicted = [.. evaluation.Predictions.Select(prediction => (double)prediction.Scores[0])];
                return new Dictionary<string, double>
                {
                    ["pearson"] = Correlation.Pearson(expected, predicted),
                    ["spearman"] = Correlation.Spearman(expected, predicted),
                    ["mse"] = RegressionMetrics.MeanSquaredError(expected, predicted),
                    ["mae"] = RegressionMetrics.MeanAbsoluteError(expected, predicted),
                };
        }
    }

    private static TrainingReport Describe(
        TrainingReport report, ClassifierTarget target, EvaluationResult<SequenceClassificationExample> evaluation, LabelList? labels) => target switch
        {
            ClassifierTarget.SingleLabel => report.With(Classes(evaluation, labels!)),
            ClassifierTarget.MultiLabel => report.With(LabelsOfTexts(evaluation, labels!)),
            _ => report,
        };

    private static ClassificationReport Classes(EvaluationResult<SequenceClassificationExample> evaluation, LabelList labels) => ClassificationReport.Compute(
        [.. evaluation.Examples.Select(example => example.Label)], [.. evaluation.Predictions.Select(prediction => prediction.Best())], labels.Names);

    // A label is given to a text when its probability is above one half: its logit above 0.
    private static MultiLabelReport LabelsOfTexts(EvaluationResult<SequenceClassificationExample> evaluation, LabelList labels) => MultiLabelReport.Compute(
        [.. evaluation.Examples.SelectMany(example => example.Targets.ToArray()).Select(target => target > 0)],
        [.. evaluation.Predictions.SelectMany(prediction => prediction.Scores).Select(score => score > 0)],
        labels.Names);
}
