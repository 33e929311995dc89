using Akin.Datasets;
using Akin.Datasets.Collators;
using Akin.Hub;
using Akin.Models.Heads;
using Akin.Tokenizers;
using Akin.Training.PreTraining;
using Akin.Training.Tasks;

namespace Akin.Training.FineTuning;

/// <summary>Teaches a model the language of your texts, by masked words: continues a published model, or begins a new one.</summary>
/// <remarks>
/// <para>
/// From texts (.txt with one a line, .csv, .tsv or .jsonl with a header, also .gz) every epoch masks other words; 80 % of them become the mask, 10 % another
/// piece, 10 % stay. Texts may be larger than memory. Measures: <c>eval_loss</c>, <c>eval_perplexity</c>, and <c>eval_accuracy</c>, the share of masked
/// tokens that were found.
/// </para>
/// <para>
/// From a folder that <see cref="PreTrainingData"/> wrote the model learns masked words and next sentences, as BERT did. Measures: <c>eval_loss</c>,
/// <c>eval_masked_lm_accuracy</c>, <c>eval_next_sentence_accuracy</c>. <c>akin train mlm</c> is this class as a command.
/// </para>
/// </remarks>
public static class MaskedLanguageModelFineTuning
{
    /// <summary>Trains, evaluates, and writes the model with its report.</summary>
    /// <param name="options">The model, the texts and how.</param>
    /// <param name="progress">Told about a download of the model.</param>
    /// <param name="cancellationToken">Writes a checkpoint and ends the run; <see cref="FineTuningOptions.Resume"/> goes on from it.</param>
    /// <exception cref="DataFormatException">A file is empty or broken, or a row has no text.</exception>
    /// <exception cref="TrainingOptionException">The options do not fit the model or the data.</exception>
    /// <exception cref="TrainingDivergedException">A loss or a gradient is no longer finite.</exception>
    /// <exception cref="TrainingStateException">A checkpoint cannot be written or read.</exception>
    /// <exception cref="NotSupportedException">There is no model of this architecture that finds masked words.</exception>
    /// <exception cref="OperationCanceledException">The run was cancelled.</exception>
    public static FineTuningResult Train(
        MaskedLanguageModelOptions options, IProgress<DownloadProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        Validate(options);
        string folder = FineTuningRun.ResolveModel(options, progress, cancellationToken);
        Tokenizer tokenizer = AutoTokenizer.FromPretrained(folder, cancellationToken: cancellationToken);
        return Directory.Exists(options.Train)
            ? TrainOnPairs(options, folder, tokenizer, cancellationToken)
            : TrainOnTexts(options, folder, tokenizer, cancellationToken);
    }

    private static FineTuningResult TrainOnTexts(MaskedLanguageModelOptions options, string folder, Tokenizer tokenizer, CancellationToken cancellationToken)
    {
        MaskedLanguageModel model = FineTuningRun.LoadModel<MaskedLanguageModel>(options, folder);
        TokenMasker masker = new(new TokenMaskingOptions
        {
            Probability = options.MaskProbability,
            MaskTokenId = PreTrainingData.MaskOf(tokenizer, options.Model),
            VocabularySize = tokenizer.VocabularySize,
            WholeWords = options.WholeWords,
        });
        int length = FineTuningRun.Cut(options, model).Truncation!.MaximumLength;
        (Dataset train, Dataset? eval) = Read(options, file => TokenBlocks.Read(file, options, tokenizer, length, cancellationToken));
        FineTuningResult result = FineTuningRun.Train(
            options,
            new FineTuningParts<TokenLabelsExample>(new MaskedLanguageModelTask(model, (words, seed) => Mask(masker, words, seed)), TokenBlocks.Examples(train, tokenizer))
            {
                Tokenizer = tokenizer,
                Eval = eval is null ? null : TokenBlocks.Examples(eval, tokenizer),
                ComputeMetrics = evaluation => new Dictionary<string, double> { ["accuracy"] = Accuracy(evaluation.Predictions, firstColumn: 0) },
            },
            cancellationToken);
        return result.Metrics.TryGetValue("eval_loss", out double loss)
            ? result with { Metrics = new Dictionary<string, double>(result.Metrics) { ["eval_perplexity"] = Math.Exp(loss) } }
            : result;
    }

    private static FineTuningResult TrainOnPairs(MaskedLanguageModelOptions options, string folder, Tokenizer tokenizer, CancellationToken cancellationToken)
    {
        PreTrainingModel model = FineTuningRun.LoadModel<PreTrainingModel>(options, folder);
        (Dataset train, Dataset? eval) = Read(options, ReadPairs);
        int longest = train.Concat(eval ?? train).Max(row => row.Get<int[]>("input_ids").Length);
        if (longest > model.Config.MaxTokenCount)
        {
            throw new TrainingOptionException($"'{options.Train}' has examples of {longest} tokens, but '{options.Model}' takes {model.Config.MaxTokenCount}: create shorter ones.");
        }

        MappedExamples<DatasetRow, PreTrainingExample> Examples(Dataset rows) => new(rows, Pair);
        return FineTuningRun.Train(
            options,
            new FineTuningParts<PreTrainingExample>(new PreTrainingTask(model), Examples(train))
            {
                Tokenizer = tokenizer,
                Eval = eval is null ? null : Examples(eval),
                ComputeMetrics = evaluation => new Dictionary<string, double>
                {
                    ["masked_lm_accuracy"] = Accuracy(evaluation.Predictions, firstColumn: 1),
                    ["next_sentence_accuracy"] = evaluation.Predictions.Average(prediction => prediction.Row(0)[0] == prediction.Row(1)[0] ? 1.0 : 0.0),
                },
            },
            cancellationToken);
    }

    /// <summary>What to learn from and what to evaluate on, which is another file or the first of every so many examples.</summary>
    private static (Dataset Train, Dataset? Eval) Read(MaskedLanguageModelOptions options, Func<string, Dataset> read)
    {
        Dataset train = read(options.Train);
        if (options.EvalShare == 0)
        {
            return (train, options.Eval is null ? null : read(options.Eval));
        }

        if (train.Count < 2)
        {
            throw new TrainingOptionException($"'{options.Train}' makes {train.Count} example: too few to hold out any to evaluate on.");
        }

        int every = (int)Math.Round(1 / options.EvalShare);
        ILookup<bool, int> isHeld = Enumerable.Range(0, train.Count).ToLookup(i => i % every == 0);
        return (train.Select(isHeld[false]), train.Select(isHeld[true]));
    }

    private static Dataset ReadPairs(string path)
    {
        Dataset examples = Dataset.LoadFromDisk(path);
        string[] missing = [.. PreTrainingData.Features.Keys.Except(examples.Features.Keys)];
        if (missing.Length > 0)
        {
            throw new DataFormatException(path, 0, $"the column {string.Join(", ", missing)} is missing: these are no examples of pre-training; akin train create-data makes some.");
        }

        return examples.Count > 0 ? examples : throw new DataFormatException(path, 0, "there are no examples.");
    }

    private static PreTrainingExample Pair(DatasetRow row)
    {
        int[] types = Array.ConvertAll(row.Get<sbyte[]>("token_type_ids"), type => (int)type);
        return new PreTrainingExample(new TokenLabelsExample(new EncodedText(row.Get<int[]>("input_ids"), types), row.Get<int[]>("labels")), (int)row.Get<long>("next_sentence_label"));
    }

    /// <summary>Masks a text whose tokens are labelled with the number of their word.</summary>
    private static TokenLabelsExample Mask(TokenMasker masker, TokenLabelsExample example, ulong seed)
    {
        ReadOnlySpan<int> words = example.Labels.Span;
        int[] ids = example.Text.InputIds.ToArray();
        int[] labels = new int[ids.Length];
        bool[] special = new bool[ids.Length];
        for (int token = 0; token < ids.Length; token++)
        {
            special[token] = words[token] == TokenMasker.NoWord;
        }

        masker.Mask(ids, labels, special, words, seed, sequence: 0);
        return new TokenLabelsExample(new EncodedText(ids, example.Text.TokenTypeIds), labels);
    }

    private static double Accuracy(IReadOnlyList<Prediction> predictions, int firstColumn)
    {
        long right = 0, all = 0;
        foreach (Prediction prediction in predictions)
        {
            for (int token = firstColumn; token < prediction.ColumnCount; token++)
            {
                all++;
                right += prediction.Row(0)[token] == prediction.Row(1)[token] ? 1 : 0;
            }
        }

        return all == 0 ? double.NaN : right / (double)all;
    }

    private static void Validate(MaskedLanguageModelOptions options)
    {
        if (options.MaskProbability is not (> 0 and < 1))
        {
            throw new TrainingOptionException(FormattableString.Invariant($"The mask probability is {options.MaskProbability}; it must be between 0 and 1."));
        }

        if (options.EvalShare is not (>= 0 and <= 0.5))
        {
            throw new TrainingOptionException(FormattableString.Invariant($"The share to evaluate on is {options.EvalShare}; it must be from 0 to 0.5."));
        }

        if (options.EvalShare > 0 && options.Eval is not null)
        {
            throw new TrainingOptionException("There is a file to evaluate on and a share to hold out for it: choose one.");
        }
    }
}
