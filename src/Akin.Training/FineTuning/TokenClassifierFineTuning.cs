using Akin.Datasets;
using Akin.Datasets.Tasks;
using Akin.Hub;
using Akin.Models.Heads;
using Akin.Tensors.Operations;
using Akin.Tokenizers;
using Akin.Training.Metrics.Entities;
using Akin.Training.Tasks;

namespace Akin.Training.FineTuning;

/// <summary>Teaches a published model to tag words, such as names of persons and places.</summary>
/// <remarks>
/// Files have a word and its tag a line and an empty line between sentences, as CoNLL-2003. The first piece of a word carries its tag, the others do not
/// count; words behind the longest text are neither learned nor measured. Measures are seqeval's. <c>akin train tokens</c> is this class as a command.
/// </remarks>
public static class TokenClassifierFineTuning
{
    /// <summary>Trains, evaluates, and writes the model with its report.</summary>
    /// <param name="options">The model, the files and how.</param>
    /// <param name="progress">Told about a download of the model.</param>
    /// <param name="cancellationToken">Writes a checkpoint and ends the run; <see cref="FineTuningOptions.Resume"/> goes on from it.</param>
    /// <exception cref="DataFormatException">A file is empty or broken, or has a tag that the training file has not.</exception>
    /// <exception cref="TrainingOptionException">The options do not fit the model or the data.</exception>
    /// <exception cref="TrainingDivergedException">A loss or a gradient is no longer finite.</exception>
    /// <exception cref="TrainingStateException">A checkpoint cannot be written or read.</exception>
    /// <exception cref="OperationCanceledException">The run was cancelled.</exception>
    public static FineTuningResult Train(
        TokenClassifierOptions options, IProgress<DownloadProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        Dataset train = ConllFiles.LoadFile(options.Train, options.Columns);
        IReadOnlyList<string> tags = ((ClassLabel)((ListFeature)train.Features["ner_tags"]).Item).Names;
        Dataset? eval = options.Eval is null ? null : ConllFiles.LoadFile(options.Eval, options.Columns with { TagNames = tags });
        string folder = FineTuningRun.ResolveModel(options, progress, cancellationToken);
        TokenClassificationModel model = FineTuningRun.LoadModel<TokenClassificationModel>(options, folder, tags);
        Tokenizer tokenizer = AutoTokenizer.FromPretrained(folder, cancellationToken: cancellationToken);
        EncodeOptions cut = FineTuningRun.Cut(options, model);
        TokenLabelsExample[] Encode(Dataset sentences) => [.. sentences.Select(sentence =>
        {
            cancellationToken.ThrowIfCancellationRequested();
            return Example(tokenizer.EncodeWords(sentence.Get<string[]>("tokens"), options: cut), sentence.Get<long[]>("ner_tags"));
        })];
        return FineTuningRun.Train(
            options,
            new FineTuningParts<TokenLabelsExample>(new TokenClassificationTask(model), Encode(train))
            {
                Tokenizer = tokenizer,
                Eval = eval is null ? null : Encode(eval),
                ComputeMetrics = evaluation => Report(evaluation, tags).ToMetrics(),
                Describe = (report, evaluation) => report.With(Report(evaluation, tags)),
            },
            cancellationToken);
    }

    /// <summary>The tags on the first pieces of their words.</summary>
    private static TokenLabelsExample Example(Encoding words, long[] tags)
    {
        int[] labels = new int[words.Ids.Length];
        int? previous = null;
        for (int token = 0; token < labels.Length; token++)
        {
            int? word = words.WordIds[token];
            labels[token] = word is { } index && word != previous ? (int)tags[index] : CrossEntropyOperation.Ignored;
            previous = word;
        }

        return new TokenLabelsExample(EncodedText.From(words), labels);
    }

    private static EntityReport Report(EvaluationResult<TokenLabelsExample> evaluation, IReadOnlyList<string> tags)
    {
        List<string[]> expected = [], predicted = [];
        foreach ((TokenLabelsExample example, Prediction prediction) in evaluation.Examples.Zip(evaluation.Predictions))
        {
            int[] labels = example.Labels.ToArray();
            int[] places = [.. Enumerable.Range(0, labels.Length).Where(token => labels[token] != CrossEntropyOperation.Ignored)];
            expected.Add([.. places.Select(token => tags[labels[token]])]);
            predicted.Add([.. places.Select(token => tags[prediction.Best(token)])]);
        }

        return EntityReport.Compute(expected, predicted);
    }
}
