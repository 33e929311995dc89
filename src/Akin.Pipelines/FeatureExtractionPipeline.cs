using Akin.Hub;
using Akin.Models.Configuration;
using Akin.Models.Heads;
using Akin.Tensors;
using Akin.Tokenizers;

namespace Akin.Pipelines;

/// <summary>Gives a vector for every token of a text: transformers' <c>feature-extraction</c> pipeline. For a vector of a whole text take <see cref="SentenceTransformer"/>.</summary>
/// <remarks>A text's vectors do not depend on the others. Not thread-safe: each thread needs a pipeline of its own.</remarks>
public sealed class FeatureExtractionPipeline
{
    private readonly EncoderModel _model;
    private readonly Tokenizer _tokenizer;
    private readonly EncodeOptions _encode;
    private readonly BatchRunner _runner;

    private FeatureExtractionPipeline(EncoderModel model, Tokenizer tokenizer, PipelineOptions options)
    {
        (_model, _tokenizer) = (model, tokenizer);
        _encode = new EncodeOptions { Truncation = new Truncation(options.LengthFor(model, tokenizer)) };
        _runner = new BatchRunner(model, options.Pool);
    }

    /// <summary>Floats of a vector.</summary>
    public int HiddenSize => _model.Config.HiddenSize;

    /// <summary>Loads a model and its tokenizer.</summary>
    /// <param name="pathOrId">A folder, or the name of a repository on the hub.</param>
    /// <param name="options">Length, threads, hub; null for the defaults.</param>
    /// <param name="progress">Told about downloads.</param>
    /// <param name="cancellationToken">Stops a download.</param>
    /// <exception cref="HubException">There is no such folder or repository, or it cannot be fetched.</exception>
    /// <exception cref="ConfigException">The configuration cannot be honoured.</exception>
    /// <exception cref="Models.Checkpoints.CheckpointException">The weights are damaged.</exception>
    /// <exception cref="TokenizerFileException">The tokenizer is missing, damaged or not supported.</exception>
    public static FeatureExtractionPipeline FromPretrained(
        string pathOrId, PipelineOptions? options = null, IProgress<DownloadProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        options ??= new PipelineOptions();
        (EncoderModel model, Tokenizer tokenizer) = options.Load<EncoderModel>(pathOrId, progress, cancellationToken);
        return new FeatureExtractionPipeline(model, tokenizer, options);
    }

    /// <summary>The vectors of one text.</summary>
    /// <param name="text">The text.</param>
    /// <param name="cancellationToken">Ends the work between two layers.</param>
    /// <returns><c>[tokens][hidden]</c>, special tokens included.</returns>
    public float[][] Extract(string text, CancellationToken cancellationToken = default) => Extract([text], cancellationToken).Single();

    /// <summary>The vectors of texts as they come, in their order: any number of them in the memory of a window.</summary>
    /// <param name="texts">The texts.</param>
    /// <param name="cancellationToken">Ends the work between two layers.</param>
    /// <returns>For every text <c>[tokens][hidden]</c>.</returns>
    public IEnumerable<float[][]> Extract(IEnumerable<string> texts, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(texts);
        return _runner.Run(texts, text => _tokenizer.Encode(text, options: _encode), Forward, cancellationToken);
    }

    private IEnumerable<float[][]> Forward(ForwardContext context, RaggedBatch batch)
    {
        Tensor hidden = _model.Forward(context, batch).LastHiddenState;
        for (int text = 0; text < batch.SequenceCount; text++)
        {
            int first = batch.Offsets.Span[text], end = batch.Offsets.Span[text + 1];
            yield return [.. Enumerable.Range(first, end - first).Select(token => hidden.Row(token).ToArray())];
        }
    }
}
