using System.Text.RegularExpressions;
using Akin.Datasets;
using Akin.Hub;
using Akin.Models.Generation;
using Akin.Models.Heads;
using Akin.Tensors;
using Akin.Tokenizers;
using Akin.Training.Metrics.Generation;
using Akin.Training.Tasks;

namespace Akin.Training.FineTuning;

/// <summary>Teaches a model to write one text for another, such as a summary or a translation. <c>akin train seq2seq</c> is this class as a command.</summary>
/// <remarks>
/// Rows (.csv, .tsv or .jsonl with a header, also .gz) hold both texts. Measures: <c>eval_loss</c>, <c>eval_accuracy</c>, the share of tokens that were foreseen after the right ones,
/// and of the texts that the model writes itself <c>eval_rouge1</c>, <c>eval_rouge2</c>, <c>eval_rougeL</c> (fractions) and <c>eval_bleu</c> (0 to 100).
/// </remarks>
public static partial class Seq2SeqFineTuning
{
    private const int TextsAtOnce = 16;

    /// <summary>Words for ROUGE in any language: runs of letters and digits in lower case, as the reference's for English, which knows no others; each Chinese character is one.</summary>
    internal static string[] Words(string text) => [.. WordPattern().Matches(text.ToLowerInvariant()).Select(match => match.Value)];

    /// <summary>Trains, evaluates, and writes the model with its report.</summary>
    /// <param name="options">The model, the texts and how.</param>
    /// <param name="progress">Told about a download of the model.</param>
    /// <param name="cancellationToken">Writes a checkpoint and ends the run; <see cref="FineTuningOptions.Resume"/> goes on from it.</param>
    /// <exception cref="DataFormatException">A file is empty or broken, or a row lacks a text.</exception>
    /// <exception cref="TrainingOptionException">The options do not fit the model or the data.</exception>
    /// <exception cref="TrainingDivergedException">A loss or a gradient is no longer finite.</exception>
    /// <exception cref="TrainingStateException">A checkpoint cannot be written or read.</exception>
    /// <exception cref="NotSupportedException">There is no model of this architecture that reads one text and writes another.</exception>
    /// <exception cref="OperationCanceledException">The run was cancelled.</exception>
    public static FineTuningResult Train(Seq2SeqOptions options, IProgress<DownloadProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        string folder = FineTuningRun.ResolveModel(options, progress, cancellationToken);
        Tokenizer tokenizer = AutoTokenizer.FromPretrained(folder, cancellationToken: cancellationToken);
        Seq2SeqLanguageModel model = FineTuningRun.LoadModel<Seq2SeqLanguageModel>(options, folder);
        GenerationConfig generation = options.Generation(GenerationConfig.FromFolder(folder));
        EncodeOptions cut = new() { Truncation = new Truncation(FineTuningRun.Length(options, model, usual: 512)) };
        if (options.MaxTargetLength < 2 || options.MaxTargetLength > model.Config.MaxTokenCount)
        {
            throw new TrainingOptionException($"The longest text to write is {options.MaxTargetLength} tokens; the model takes 2 to {model.Config.MaxTokenCount}.");
        }

        Seq2SeqExample[] train = Read(options.Train, out _);
        string[] references = [];
        Seq2SeqExample[]? eval = options.Eval is null ? null : Read(options.Eval, out references);
        return FineTuningRun.Train(
            options,
            new FineTuningParts<Seq2SeqExample>(new Seq2SeqTask(model), train)
            {
                Tokenizer = tokenizer,
                Eval = eval,
                ComputeMetrics = evaluation => Measure(evaluation.Predictions),
                SaveMore = _ => FineTuningRun.CopyGenerationConfig(folder, options.Arguments.OutputDir),
            },
            cancellationToken);

        Seq2SeqExample[] Read(string file, out string[] targets)
        {
            (string Text, string Target)[] rows = [.. ExampleTable.Read(file, options.Encoding).Select(row => (row.Text(options.TextColumn), row.Text(options.TargetColumn)))];
            if (rows.Length == 0)
            {
                throw new DataFormatException(InputFile.DisplayName(file), 0, "there are no examples.");
            }

            targets = [.. rows.Select(row => row.Target)];
            EncodeOptions written = new() { Truncation = new Truncation(options.MaxTargetLength) };
            Encoding[] texts = tokenizer.EncodeBatch([.. rows.Select(row => options.Prefix + row.Text)], cut, cancellationToken);
            Encoding[] labels = (tokenizer.Target ?? tokenizer).EncodeBatch(targets, written, cancellationToken);
            return [.. texts.Zip(labels, (text, label) => new Seq2SeqExample(EncodedText.From(text), label.Ids))];
        }

        Dictionary<string, double> Measure(IReadOnlyList<Prediction> predictions)
        {
            Dictionary<string, double> measures = new() { ["accuracy"] = CausalLanguageModelFineTuning.Accuracy(predictions) };
            int count = Math.Min(options.GeneratedCount, eval!.Length);
            if (count == 0)
            {
                return measures;
            }

            ForwardContext context = new() { CancellationToken = cancellationToken };
            string[] written =
            [
                .. eval.Take(count).Chunk(TextsAtOnce)
                    .SelectMany(examples => model.Generate(context, [.. examples.Select(example => example.Text.InputIds.ToArray())], generation, tokenizer))
                    .Select(sequences => tokenizer.Decode(sequences[0].Tokens)),
            ];
            RougeScores rouge = Rouge.Corpus(written, references[..count], words: Words);
            (measures["rouge1"], measures["rouge2"], measures["rougeL"]) = (rouge.Rouge1.F1, rouge.Rouge2.F1, rouge.RougeL.F1);
            measures["bleu"] = Bleu.Corpus(written, [.. references.Take(count).Select(reference => (string[])[reference])]).Score;
            return measures;
        }
    }

    [GeneratedRegex(@"[\u3400-\u4DBF\u4E00-\u9FFF\uF900-\uFAFF]|[\p{L}\p{M}\p{N}-[\u3400-\u4DBF\u4E00-\u9FFF\uF900-\uFAFF]]+")]
    private static partial Regex WordPattern();
}
