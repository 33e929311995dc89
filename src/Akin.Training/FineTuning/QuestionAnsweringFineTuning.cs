using Akin.Datasets;
using Akin.Hub;
using Akin.Models.Heads;
using Akin.Pipelines;
using Akin.Tokenizers;
using Akin.Training.Metrics.Answers;
using Akin.Training.Tasks;

namespace Akin.Training.FineTuning;

/// <summary>Teaches a published model to find the answers to questions in texts.</summary>
/// <remarks>
/// <para>
/// Files have the layout of SQuAD 1.1 and 2.0 (also KorQuAD 1.0, CMRC 2018, XQuAD). A long context becomes several overlapping windows, each an example; a
/// window that does not hold the answer teaches "no answer". An answer that does not stand where the file says is looked for: the nearest place counts; a
/// question whose answers do not stand in its context is not learned from, but it is asked in an evaluation. <see cref="FineTuningResult.Notes"/> tell of both.
/// </para>
/// <para>
/// Measures are of whole questions: the answer is the best span of all windows, as of google's and transformers' run_squad. <c>exact_match</c> and <c>f1</c> are percentages, as the
/// official scripts print them; where there may be no answer there are also <c>HasAns_…</c>, <c>NoAns_…</c> and <c>best_…</c>.
/// <c>akin train qa</c> is this class as a command.
/// </para>
/// </remarks>
public static class QuestionAnsweringFineTuning
{
    private const int UsualLength = 384;
    private const int UsualStride = 128;

    /// <summary>Trains, evaluates, and writes the model with its report.</summary>
    /// <param name="options">The model, the files and how.</param>
    /// <param name="progress">Told about a download of the model.</param>
    /// <param name="cancellationToken">Writes a checkpoint and ends the run; <see cref="FineTuningOptions.Resume"/> goes on from it.</param>
    /// <exception cref="DataFormatException">A file is empty or broken, or has a question that is empty, too long, or without a context; the question is named.</exception>
    /// <exception cref="TrainingOptionException">The options do not fit the model or the data.</exception>
    /// <exception cref="TrainingDivergedException">A loss or a gradient is no longer finite.</exception>
    /// <exception cref="TrainingStateException">A checkpoint cannot be written or read.</exception>
    /// <exception cref="OperationCanceledException">The run was cancelled.</exception>
    public static FineTuningResult Train(
        QuestionAnsweringOptions options, IProgress<DownloadProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options.MaxAnswerLength < 1)
        {
            throw new TrainingOptionException($"The longest answer has {options.MaxAnswerLength} tokens; it needs 1 or more.");
        }

        Question[] trainQuestions = Question.Read(options.Train, options.Encoding, cancellationToken);
        Question[]? evalQuestions = options.Eval is null ? null : Question.Read(options.Eval, options.Encoding, cancellationToken);
        string folder = FineTuningRun.ResolveModel(options, progress, cancellationToken);
        QuestionAnsweringModel model = FineTuningRun.LoadModel<QuestionAnsweringModel>(options, folder);
        Tokenizer tokenizer = AutoTokenizer.FromPretrained(folder, cancellationToken: cancellationToken);
        int length = FineTuningRun.Length(options, model, UsualLength), stride = options.DocStride ?? Math.Min(length / 2, UsualStride);
        if (stride < 0 || stride >= length)
        {
            throw new TrainingOptionException($"Windows of {length} tokens cannot overlap by {stride}: by 0 to {length - 1}.");
        }

        QuestionEncoder encoder = new(tokenizer, length, stride);
        QuestionSet train = QuestionSet.Encode(options.Train, trainQuestions, encoder, cancellationToken);
        QuestionSet? eval = evalQuestions is null ? null : QuestionSet.Encode(options.Eval!, evalQuestions, encoder, cancellationToken);
        bool allowsNoAnswer = options.AllowsNoAnswer ?? (train.HasUnanswerable || eval is { HasUnanswerable: true });
        FineTuningResult result = FineTuningRun.Train(
            options,
            new FineTuningParts<QuestionAnsweringExample>(new QuestionAnsweringTask(model), train.Learnable())
            {
                Tokenizer = tokenizer,
                Eval = eval?.Examples,
                ComputeMetrics = evaluation => Measure(options, eval!.Answer(evaluation.Predictions, options.MaxAnswerLength), allowsNoAnswer),
                Describe = (report, _) => report with { Facts = [.. report.Facts, new("questions", $"{train.QuestionCount:N0}, evaluated {eval!.QuestionCount:N0}")] },
            },
            cancellationToken);
        return result with { Notes = [.. train.Notes, .. eval?.Notes ?? []] };
    }

    private static Dictionary<string, double> Measure(QuestionAnsweringOptions options, IReadOnlyList<QuestionAnswer> answers, bool allowsNoAnswer)
    {
        // Where there is always an answer, the best span is it, however sure the model is.
        AnswerReport report = AnswerReport.Compute(answers, options.Rules, allowsNoAnswer ? options.NoAnswerThreshold : double.PositiveInfinity);
        Dictionary<string, double> metrics = new() { ["exact_match"] = report.All.ExactMatch, ["f1"] = report.All.F1, ["total"] = report.All.Count };
        if (allowsNoAnswer)
        {
            foreach ((string name, double value) in report.ToMetrics().Where(metric => metric.Key is not ("exact" or "f1" or "total")))
            {
                metrics[name] = value;
            }
        }

        return metrics;
    }
}
