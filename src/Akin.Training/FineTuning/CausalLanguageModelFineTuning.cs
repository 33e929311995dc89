using Akin.Datasets;
using Akin.Hub;
using Akin.Models.Generation;
using Akin.Models.Heads;
using Akin.Tensors.Operations;
using Akin.Tokenizers;
using Akin.Training.Tasks;

namespace Akin.Training.FineTuning;

/// <summary>Teaches a model to go on with texts like yours: continues a published model, or begins a new one. <c>akin train causal-lm</c> is this class as a command.</summary>
/// <remarks>
/// Texts (.txt with one a line, .csv, .tsv or .jsonl with a header, also .gz) follow each other, each with the token that ends texts, and are cut into blocks of the longest length, as
/// transformers' <c>run_clm.py</c> does. Measures: <c>eval_loss</c>, <c>eval_perplexity</c>, and <c>eval_accuracy</c>, the share of tokens that were foreseen.
/// </remarks>
public static class CausalLanguageModelFineTuning
{
    /// <summary>Trains, evaluates, and writes the model with its report.</summary>
    /// <param name="options">The model, the texts and how.</param>
    /// <param name="progress">Told about a download of the model.</param>
    /// <param name="cancellationToken">Writes a checkpoint and ends the run; <see cref="FineTuningOptions.Resume"/> goes on from it.</param>
    /// <exception cref="DataFormatException">A file is empty or broken, or a row has no text.</exception>
    /// <exception cref="TrainingOptionException">The options do not fit the model or the data.</exception>
    /// <exception cref="TrainingDivergedException">A loss or a gradient is no longer finite.</exception>
    /// <exception cref="TrainingStateException">A checkpoint cannot be written or read.</exception>
    /// <exception cref="NotSupportedException">There is no model of this architecture that goes on with texts.</exception>
    /// <exception cref="OperationCanceledException">The run was cancelled.</exception>
    public static FineTuningResult Train(CausalLanguageModelOptions options, IProgress<DownloadProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        string folder = FineTuningRun.ResolveModel(options, progress, cancellationToken);
        Tokenizer tokenizer = AutoTokenizer.FromPretrained(folder, cancellationToken: cancellationToken);
        CausalLanguageModel model = FineTuningRun.LoadModel<CausalLanguageModel>(options, folder);
        int length = FineTuningRun.Length(options, model, usual: 128);
        int[] end = [.. GenerationConfig.FromFolder(folder).EosTokenId.Take(1)];
        TokenLabelsExample[] Read(string file) => Blocks(file, options, tokenizer, end, length, cancellationToken);
        FineTuningResult result = FineTuningRun.Train(
            options,
            new FineTuningParts<TokenLabelsExample>(new CausalLanguageModelTask(model), Read(options.Train))
            {
                Tokenizer = tokenizer,
                Eval = options.Eval is null ? null : Read(options.Eval),
                ComputeMetrics = evaluation => new Dictionary<string, double> { ["accuracy"] = Accuracy(evaluation.Predictions) },
                SaveMore = _ => FineTuningRun.CopyGenerationConfig(folder, options.Arguments.OutputDir),
            },
            cancellationToken);
        return result.Metrics.TryGetValue("eval_loss", out double loss)
            ? result with { Metrics = new Dictionary<string, double>(result.Metrics) { ["eval_perplexity"] = Math.Exp(loss) } }
            : result;
    }

    /// <summary>The share of tokens that count and were foreseen.</summary>
    internal static double Accuracy(IReadOnlyList<Prediction> predictions)
    {
        long right = 0, all = 0;
        foreach (Prediction prediction in predictions)
        {
            for (int token = 0; token < prediction.ColumnCount; token++)
            {
                if (prediction.Row(1)[token] != CrossEntropyOperation.Ignored)
                {
                    all++;
                    right += prediction.Row(0)[token] == prediction.Row(1)[token] ? 1 : 0;
                }
            }
        }

        return all == 0 ? double.NaN : right / (double)all;
    }

    private static TokenLabelsExample[] Blocks(
        string file, CausalLanguageModelOptions options, Tokenizer tokenizer, int[] end, int length, CancellationToken cancellationToken)
    {
        const int TextsAtOnce = 1024;
        const int Shortest = 2; // the first token of a block is given, not foreseen
        EncodeOptions encode = new() { AddSpecialTokens = false };
        TokenLabelsExample[] blocks =
        [
            .. ExampleTable.Read(file, options.Encoding)
                .Select(row => row.Text(options.TextColumn))
                .Chunk(TextsAtOnce)
                .SelectMany(texts => tokenizer.EncodeBatch(texts, encode, cancellationToken))
                .SelectMany(text => text.Ids.Length == 0 ? [] : text.Ids.Concat(end))
                .Chunk(length)
                .Where(block => block.Length >= Shortest)
                .Select(block => new TokenLabelsExample(new EncodedText(block), block)),
        ];
        return blocks.Length > 0 ? blocks : throw new DataFormatException(InputFile.DisplayName(file), 0, "the file holds no text.");
    }
}
