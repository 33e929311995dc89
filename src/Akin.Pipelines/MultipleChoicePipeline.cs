using System.Numerics.Tensors;
using Akin.Hub;
using Akin.Models.Configuration;
using Akin.Models.Heads;
using Akin.Tensors;
using Akin.Tokenizers;

namespace Akin.Pipelines;

/// <summary>Chooses one of several texts, such as the answer to a question, with a model that was fine-tuned for it.</summary>
/// <remarks>Scores are a softmax over the choices. Not thread-safe: each thread needs a pipeline of its own.</remarks>
public sealed class MultipleChoicePipeline
{
    private readonly MultipleChoiceModel _model;
    private readonly Tokenizer _tokenizer;
    private readonly EncodeOptions _encode;
    private readonly BatchRunner _runner;

    private MultipleChoicePipeline(MultipleChoiceModel model, Tokenizer tokenizer, PipelineOptions options)
    {
        (_model, _tokenizer) = (model, tokenizer);
        _encode = new EncodeOptions { Truncation = new Truncation(options.LengthFor(model, tokenizer)) };
        _runner = new BatchRunner(model, options.Pool);
    }

    /// <summary>Loads a model and its tokenizer.</summary>
    /// <param name="pathOrId">A folder, or the name of a repository on the hub.</param>
    /// <param name="options">Length, threads, hub; null for the defaults.</param>
    /// <param name="progress">Told about downloads.</param>
    /// <param name="cancellationToken">Stops a download.</param>
    /// <exception cref="HubException">There is no such folder or repository, or it cannot be fetched.</exception>
    /// <exception cref="ConfigException">The configuration cannot be honoured.</exception>
    /// <exception cref="Models.Checkpoints.CheckpointException">The weights are damaged, or there is no such head among them.</exception>
    /// <exception cref="TokenizerFileException">The tokenizer is missing, damaged or not supported.</exception>
    public static MultipleChoicePipeline FromPretrained(
        string pathOrId, PipelineOptions? options = null, IProgress<DownloadProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        options ??= new PipelineOptions();
        (MultipleChoiceModel model, Tokenizer tokenizer) = options.Load<MultipleChoiceModel>(pathOrId, progress, cancellationToken);
        return new MultipleChoicePipeline(model, tokenizer, options);
    }

    /// <summary>Chooses for one text.</summary>
    /// <param name="text">The text or the question.</param>
    /// <param name="choices">What is to choose from, at least one.</param>
    /// <param name="cancellationToken">Ends the work between two layers.</param>
    public ChosenText Choose(string text, IReadOnlyList<string> choices, CancellationToken cancellationToken = default) => Choose([(text, choices)], cancellationToken).Single();

    /// <summary>Chooses for texts as they come, in their order: any number of them in the memory of a window.</summary>
    /// <param name="questions">Texts, each with what is to choose from, at least one; their number may differ.</param>
    /// <param name="cancellationToken">Ends the work between two layers.</param>
    /// <exception cref="ArgumentException">A text has nothing to choose from.</exception>
    public IEnumerable<ChosenText> Choose(IEnumerable<(string Text, IReadOnlyList<string> Choices)> questions, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(questions);
        return _runner.Run(questions, Encode, Forward, (_, _, logits) => Result(logits), cancellationToken);
    }

    private IReadOnlyList<Encoding> Encode((string Text, IReadOnlyList<string> Choices) question) => question.Choices.Count > 0
        ? [.. question.Choices.Select(choice => _tokenizer.Encode(question.Text, choice, _encode))]
        : throw new ArgumentException($"There is nothing to choose from for \"{question.Text}\": give at least one choice.", nameof(question));

    private IEnumerable<float> Forward(ForwardContext context, RaggedBatch batch) => _model.Forward(context, batch, choiceCount: 1).Logits.Span.ToArray();

    private static ChosenText Result(IReadOnlyList<float> logits)
    {
        float[] scores = new float[logits.Count];
        TensorPrimitives.SoftMax([.. logits], scores);
        int best = TensorPrimitives.IndexOfMax<float>(scores);
        return new ChosenText(best, scores[best], scores);
    }
}
