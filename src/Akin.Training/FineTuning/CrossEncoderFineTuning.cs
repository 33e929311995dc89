using System.Globalization;
using Akin.Datasets;
using Akin.Datasets.Tasks;
using Akin.Hub;
using Akin.Pipelines;
using Akin.Search.Evaluation;
using Akin.Training.Evaluation.CrossEncoders;
using Akin.Training.Losses.CrossEncoders;
using Akin.Training.Tasks;

namespace Akin.Training.FineTuning;

/// <summary>Teaches a published model to score pairs of texts: likeness, relevance, or classes of pairs.</summary>
/// <remarks>
/// Files are .csv, .tsv or .jsonl with a header, also .gz; in .jsonl documents and labels may be lists. Measures of an evaluation: Pearson and Spearman
/// of scores, accuracy of classes; of other losses the loss alone. <c>akin train cross-encoder</c> is this class as a command.
/// </remarks>
public static class CrossEncoderFineTuning
{
    private const int UsualLength = 128;

    /// <summary>Trains, evaluates, and writes the model with its report.</summary>
    /// <param name="options">The model, the files and how.</param>
    /// <param name="progress">Told about a download of the model.</param>
    /// <param name="cancellationToken">Writes a checkpoint and ends the run; <see cref="FineTuningOptions.Resume"/> goes on from it.</param>
    /// <exception cref="DataFormatException">A file is empty or broken, or a row does not fit the loss.</exception>
    /// <exception cref="TrainingOptionException">The options do not fit the model or the data.</exception>
    /// <exception cref="TrainingDivergedException">A loss or a gradient is no longer finite.</exception>
    /// <exception cref="TrainingStateException">A checkpoint cannot be written or read.</exception>
    /// <exception cref="OperationCanceledException">The run was cancelled.</exception>
    public static FineTuningResult Train(
        CrossEncoderTrainingOptions options, IProgress<DownloadProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (!(options.HighestScore > 0 && float.IsFinite(options.HighestScore)))
        {
            throw new TrainingOptionException($"Labels cannot be divided by {options.HighestScore}: give a number above 0.");
        }

        CrossEncoderExample[] train = Read(options, options.Train);
        CrossEncoderExample[]? eval = options.Eval is null ? null : Read(options, options.Eval);
        CrossEncoderCorrelationEvaluator? sts = options.EvalSts is null ? null : ReadSts(options.EvalSts);
        CrossEncoder crossEncoder = CrossEncoder.FromPretrained(
            options.Model,
            new CrossEncoderOptions
            {
                IsTrainable = true,
                FromScratch = options.FromScratch,
                LabelCount = options.Loss.ScoreCount ?? ClassCount(options, train),
                Seed = options.Arguments.Seed,
                MaxLength = options.MaxLength ?? UsualLength,
                Hub = options.Hub,
            },
            progress,
            cancellationToken);
        int length = FineTuningRun.Length(options, crossEncoder.Model, UsualLength);
        bool isMeasuredBySts = sts is not null && eval is null && options.Arguments.MetricForBestModel is null;
        return FineTuningRun.Train(
            isMeasuredBySts ? options with { Arguments = options.Arguments with { MetricForBestModel = "spearman" } } : options,
            new FineTuningParts<CrossEncoderExample>(new CrossEncoderTask(crossEncoder.Model, options.Loss, crossEncoder.Tokenizer, length), train)
            {
                Tokenizer = crossEncoder.Tokenizer,
                Eval = eval,
                ComputeMetrics = evaluation => Measure(sts is null ? options.Loss.Labels : CrossEncoderLabels.None, evaluation),
                Evaluator = sts is null ? null : token => sts.Evaluate(crossEncoder, cancellationToken: token),
            },
            cancellationToken);
    }

    private static CrossEncoderExample[] Read(CrossEncoderTrainingOptions options, string path)
    {
        CrossEncoderColumns? columns = null;
        return [.. ExampleTable.Read(path, options.Encoding).Select(row => (columns ??= CrossEncoderColumns.Find(options, row)).Read(row))];
    }

    private static CrossEncoderCorrelationEvaluator ReadSts(string path)
    {
        StsFile pairs = StsFile.Read(path);
        return new CrossEncoderCorrelationEvaluator([.. pairs.First.Zip(pairs.Second)], pairs.Scores);
    }

    private static int ClassCount(CrossEncoderTrainingOptions options, CrossEncoderExample[] train)
    {
        const int Most = 10_000; // more is a column that holds no classes
        float last = train.SelectMany(example => example.Labels).DefaultIfEmpty().Max();
        return last is >= 1 and < Most
            ? (int)last + 1
            : throw new TrainingOptionException(string.Create(
                CultureInfo.InvariantCulture, $"The largest class number in '{options.Train}' is {last}: classes are numbered from 0, and there must be 2 to {Most} of them."));
    }

    /// <summary>Measures of scores and of classes; where the scores of an STS file are measured, those are enough.</summary>
    private static Dictionary<string, double> Measure(CrossEncoderLabels labels, EvaluationResult<CrossEncoderExample> evaluation)
    {
        double[] expected = [.. evaluation.Examples.SelectMany(example => example.Labels).Select(label => (double)label)];
        switch (labels)
        {
            case CrossEncoderLabels.Probability or CrossEncoderLabels.Score when expected.Length >= 2:
                double[] scores = [.. evaluation.Predictions.SelectMany(prediction => prediction.Scores).Select(score => (double)score)];
                return new Dictionary<string, double> { ["pearson"] = Correlation.Pearson(expected, scores), ["spearman"] = Correlation.Spearman(expected, scores) };
            case CrossEncoderLabels.Class:
                IEnumerable<int> predicted = evaluation.Predictions.SelectMany(prediction => Enumerable.Range(0, prediction.RowCount).Select(row => prediction.Best(row)));
                return new Dictionary<string, double> { ["accuracy"] = expected.Zip(predicted).Count(pair => pair.First == pair.Second) / (double)expected.Length };
            default:
                return [];
        }
    }
}
