using Akin.Hub;
using Akin.Models.Configuration;
using Akin.Models.Heads;
using Akin.Tensors;
using Akin.Tokenizers;

namespace Akin.Pipelines;

/// <summary>
/// Gives texts labels of your own with a model that knows what follows from what (Yin, Hay and Roth 2019, https://arxiv.org/abs/1909.00161): transformers'
/// <c>zero-shot-classification</c> pipeline.
/// </summary>
/// <remarks>A text and a claim for every label go through the model as a pair. A text's scores do not depend on the others. Not thread-safe: each thread needs a pipeline of its own.</remarks>
public sealed class ZeroShotClassificationPipeline
{
    private readonly SequenceClassificationModel _model;
    private readonly Tokenizer _tokenizer;
    private readonly ZeroShotClassificationPipelineOptions _options;
    private readonly EncodeOptions _encode;
    private readonly BatchRunner _runner;
    private readonly int _entailment;
    private readonly int _contradiction;

    private ZeroShotClassificationPipeline(SequenceClassificationModel model, Tokenizer tokenizer, ZeroShotClassificationPipelineOptions options)
    {
        if (!options.HypothesisTemplate.Contains("{}", StringComparison.Ordinal))
        {
            throw new PipelineException($"The hypothesis template \"{options.HypothesisTemplate}\" has no {{}}: write it where the label is to stand, as in \"This example is {{}}.\".");
        }

        (_model, _tokenizer, _options) = (model, tokenizer, options);
        int count = model.Config.Labels.Count;
        if (count < 2)
        {
            throw new PipelineException($"A model with {count} label cannot tell what follows from a text: take one that was fine-tuned for entailment (NLI), with labels such as entailment and contradiction.");
        }

        // As in the reference: the label that begins so, or the last; and at the other end what contradicts.
        int named = model.Config.Labels.ToList().FindIndex(label => label.StartsWith("entail", StringComparison.OrdinalIgnoreCase));
        _entailment = named >= 0 ? named : count - 1;
        _contradiction = _entailment == 0 ? count - 1 : 0;
        _encode = new EncodeOptions { Truncation = new Truncation(options.LengthFor(model, tokenizer)) { Strategy = TruncationStrategy.OnlyFirst } };
        _runner = new BatchRunner(model, options.Pool, windowSize: 64);
    }

    /// <summary>Loads a model and its tokenizer.</summary>
    /// <param name="pathOrId">A folder, or the name of a repository on the hub.</param>
    /// <param name="options">Template, length, threads, hub; null for the defaults.</param>
    /// <param name="progress">Told about downloads.</param>
    /// <param name="cancellationToken">Stops a download.</param>
    /// <exception cref="PipelineException">The template has no place for the label, or the model has a single label.</exception>
    /// <exception cref="HubException">There is no such folder or repository, or it cannot be fetched.</exception>
    /// <exception cref="ConfigException">The configuration cannot be honoured.</exception>
    /// <exception cref="Models.Checkpoints.CheckpointException">The weights are damaged, or there is no classifier among them.</exception>
    /// <exception cref="TokenizerFileException">The tokenizer is missing, damaged or not supported.</exception>
    public static ZeroShotClassificationPipeline FromPretrained(
        string pathOrId, ZeroShotClassificationPipelineOptions? options = null, IProgress<DownloadProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        options ??= new ZeroShotClassificationPipelineOptions();
        (SequenceClassificationModel model, Tokenizer tokenizer) = options.Load<SequenceClassificationModel>(pathOrId, progress, cancellationToken);
        return new ZeroShotClassificationPipeline(model, tokenizer, options);
    }

    /// <summary>Scores labels for one text.</summary>
    /// <param name="text">The text.</param>
    /// <param name="labels">The labels, at least one.</param>
    /// <param name="cancellationToken">Ends the work between two layers.</param>
    /// <exception cref="PipelineException">There is no label.</exception>
    public ZeroShotClassification Classify(string text, IReadOnlyList<string> labels, CancellationToken cancellationToken = default) =>
        Classify([text], labels, cancellationToken).Single();

    /// <summary>Scores labels for texts as they come, in their order: any number of them in the memory of a window.</summary>
    /// <param name="texts">The texts.</param>
    /// <param name="labels">The labels, at least one.</param>
    /// <param name="cancellationToken">Ends the work between two layers.</param>
    /// <exception cref="PipelineException">There is no label.</exception>
    public IEnumerable<ZeroShotClassification> Classify(IEnumerable<string> texts, IReadOnlyList<string> labels, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(texts);
        ArgumentNullException.ThrowIfNull(labels);
        if (labels.Count == 0)
        {
            throw new PipelineException("There is no label to choose: give at least one candidate label.");
        }

        string[] claims = [.. labels.Select(label => _options.HypothesisTemplate.Replace("{}", label, StringComparison.Ordinal))];
        return _runner.Run(
            texts, text => [.. claims.Select(claim => _tokenizer.Encode(text, claim, _encode))], Forward, (text, _, logits) => Result(text, labels, logits), cancellationToken);
    }

    private IEnumerable<float[]> Forward(ForwardContext context, RaggedBatch batch)
    {
        Tensor logits = _model.Forward(context, batch).Logits;
        for (int row = 0; row < batch.SequenceCount; row++)
        {
            yield return logits.Row(row).ToArray();
        }
    }

    private ZeroShotClassification Result(string text, IReadOnlyList<string> labels, IReadOnlyList<float[]> logits)
    {
        float[] scores;
        if (_options.MultiLabel || labels.Count == 1)
        {
            scores = [.. logits.Select(row => 1 / (1 + MathF.Exp(row[_contradiction] - row[_entailment])))]; // a softmax of the two
        }
        else
        {
            scores = [.. logits.Select(row => row[_entailment])];
            ScoreActivation.Softmax.Apply(scores);
        }

        // Of equal scores the later label first, as there.
        return new ZeroShotClassification(text, [.. labels.Zip(scores, (label, score) => new LabelScore(label, score)).Reverse().OrderByDescending(label => label.Score)]);
    }
}
