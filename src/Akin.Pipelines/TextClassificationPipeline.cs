using Akin.Hub;
using Akin.Models.Configuration;
using Akin.Models.Heads;
using Akin.Tensors;
using Akin.Tokenizers;

namespace Akin.Pipelines;

/// <summary>Gives texts, or pairs of texts, the labels that a model was fine-tuned for: transformers' <c>text-classification</c> pipeline.</summary>
/// <remarks>
/// Scores are a softmax over the labels unless the model or the options say otherwise. A text's scores do not depend on the others. Not thread-safe: each thread needs a pipeline of its own.
/// </remarks>
public sealed class TextClassificationPipeline
{
    private readonly SequenceClassificationModel _model;
    private readonly Tokenizer _tokenizer;
    private readonly EncodeOptions _encode;
    private readonly BatchRunner _runner;
    private readonly ScoreActivation _activation;

    private TextClassificationPipeline(SequenceClassificationModel model, Tokenizer tokenizer, TextClassificationPipelineOptions options)
    {
        _model = model;
        _tokenizer = tokenizer;
        _encode = new EncodeOptions { Truncation = new Truncation(options.LengthFor(model, tokenizer)) };
        _runner = new BatchRunner(model, options.Pool);
        _activation = options.FunctionToApply ?? ActivationOf(model.Config);
    }

    /// <summary>The labels in the order of scores.</summary>
    public IReadOnlyList<string> Labels => _model.Config.Labels;

    /// <summary>Whether a text has any number of labels.</summary>
    public bool IsMultiLabel => _model.Config.ProblemType == ProblemType.MultiLabel;

    /// <summary>What becomes of a classifier's raw scores, by its configuration: see <see cref="TextClassificationPipelineOptions.FunctionToApply"/>.</summary>
    /// <param name="config">The configuration.</param>
    public static ScoreActivation ActivationOf(ModelConfig config)
    {
        ArgumentNullException.ThrowIfNull(config);
        return config.ProblemType switch
        {
            ProblemType.Regression => ScoreActivation.Identity,
            ProblemType.MultiLabel => ScoreActivation.Sigmoid,
            null when config.Labels.Count == 1 => ScoreActivation.Sigmoid, // as transformers
            _ => ScoreActivation.Softmax,
        };
    }

    /// <summary>Loads a model and its tokenizer.</summary>
    /// <param name="pathOrId">A folder, or the name of a repository on the hub.</param>
    /// <param name="options">Length, function of scores, threads, hub; null for the defaults.</param>
    /// <param name="progress">Told about downloads.</param>
    /// <param name="cancellationToken">Stops a download.</param>
    /// <exception cref="HubException">There is no such folder or repository, or it cannot be fetched.</exception>
    /// <exception cref="ConfigException">The configuration cannot be honoured.</exception>
    /// <exception cref="Models.Checkpoints.CheckpointException">The weights are damaged, or there is no classifier among them.</exception>
    /// <exception cref="TokenizerFileException">The tokenizer is missing, damaged or not supported.</exception>
    public static TextClassificationPipeline FromPretrained(
        string pathOrId, TextClassificationPipelineOptions? options = null, IProgress<DownloadProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        options ??= new TextClassificationPipelineOptions();
        (SequenceClassificationModel model, Tokenizer tokenizer) = options.Load<SequenceClassificationModel>(pathOrId, progress, cancellationToken);
        return new TextClassificationPipeline(model, tokenizer, options);
    }

    /// <summary>Classifies one text or pair.</summary>
    /// <param name="text">The text.</param>
    /// <param name="pair">The second text of a pair.</param>
    /// <param name="cancellationToken">Ends the work between two layers.</param>
    public TextClassification Classify(string text, string? pair = null, CancellationToken cancellationToken = default) =>
        Classify([(text, pair)], cancellationToken).Single();

    /// <summary>Classifies texts as they come, in their order: any number of them in the memory of a window.</summary>
    /// <param name="texts">Texts, or pairs of texts.</param>
    /// <param name="cancellationToken">Ends the work between two layers.</param>
    public IEnumerable<TextClassification> Classify(IEnumerable<(string Text, string? Pair)> texts, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(texts);
        return _runner.Run(texts, text => _tokenizer.Encode(text.Text, text.Pair, _encode), Forward, cancellationToken);
    }

    private IEnumerable<TextClassification> Forward(ForwardContext context, RaggedBatch batch)
    {
        Tensor logits = _model.Forward(context, batch).Logits;
        for (int row = 0; row < batch.SequenceCount; row++)
        {
            yield return Result(logits.Row(row));
        }
    }

    private TextClassification Result(Span<float> scores)
    {
        _activation.Apply(scores);
        LabelScore[] all = new LabelScore[scores.Length];
        for (int i = 0; i < all.Length; i++)
        {
            all[i] = new LabelScore(Labels[i], scores[i]);
        }

        LabelScore best = all.MaxBy(label => label.Score);
        return new TextClassification(best.Label, best.Score, all);
    }
}
