using System.Text.Json.Nodes;
using Akin.Hub;
using Akin.Models.Configuration;
using Akin.Models.Generation;
using Akin.Models.Heads;
using Akin.Tensors;
using Akin.Tokenizers;

namespace Akin.Pipelines;

/// <summary>
/// Reads texts and writes others, such as summaries and translations: the <c>text2text-generation</c>, <c>summarization</c> and <c>translation</c> pipelines of transformers 4.
/// </summary>
/// <remarks>
/// Unless the model or the options say otherwise there are 4 beams and up to 256 tokens, as there. A text's results do not depend on the others. Not thread-safe: each thread needs a
/// pipeline of its own.
/// </remarks>
public sealed class Text2TextGenerationPipeline
{
    private readonly Seq2SeqLanguageModel _model;
    private readonly Tokenizer _tokenizer;
    private readonly Text2TextGenerationPipelineOptions _options;
    private readonly GenerationConfig _config;
    private readonly EncodeOptions _encode;
    private readonly string _prefix;
    private readonly ForwardContext _context;

    private Text2TextGenerationPipeline(Seq2SeqLanguageModel model, Tokenizer tokenizer, string folder, Text2TextGenerationPipelineOptions options)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.BatchSize, 1);
        (_model, _tokenizer, _options, _context) = (model, tokenizer, options, new ForwardContext(options.Pool));
        JsonObject? task = model.Config.Json["task_specific_params"]?[options.Task] as JsonObject;
        _prefix = options.Prefix ?? (task?["prefix"] is JsonValue prefix && prefix.TryGetValue(out string? text) ? text : "");
        _config = options.ConfigOf(folder, task, new GenerationConfigDefaults(256, new JsonObject { ["num_beams"] = 4 }));
        _encode = options.Truncates || options.MaxLength is not null ? new EncodeOptions { Truncation = new Truncation(options.LengthFor(model, tokenizer)) } : EncodeOptions.Default;
    }

    /// <summary>How it writes.</summary>
    public GenerationConfig Generation => _config;

    /// <summary>Loads a model and its tokenizer.</summary>
    /// <param name="pathOrId">A folder, or the name of a repository on the hub.</param>
    /// <param name="options">The task, how to write, threads, hub; null for the defaults.</param>
    /// <param name="progress">Told about downloads.</param>
    /// <param name="cancellationToken">Stops a download.</param>
    /// <exception cref="HubException">There is no such folder or repository, or it cannot be fetched.</exception>
    /// <exception cref="ConfigException">The configuration cannot be honoured.</exception>
    /// <exception cref="Models.Checkpoints.CheckpointException">The weights are damaged, or there is no such head among them.</exception>
    /// <exception cref="TokenizerFileException">The tokenizer is missing, damaged or not supported.</exception>
    /// <exception cref="NotSupportedException">The architecture does not read one text and write another.</exception>
    public static Text2TextGenerationPipeline FromPretrained(
        string pathOrId, Text2TextGenerationPipelineOptions? options = null, IProgress<DownloadProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        options ??= new Text2TextGenerationPipelineOptions();
        string folder = ModelHub.ResolveFolder(pathOrId, options.Hub, progress, cancellationToken);
        (Seq2SeqLanguageModel model, Tokenizer tokenizer) = options.Load<Seq2SeqLanguageModel>(folder, progress, cancellationToken);
        return new Text2TextGenerationPipeline(model, tokenizer, folder, options);
    }

    /// <summary>Reads one text and writes another.</summary>
    /// <param name="text">The text.</param>
    /// <param name="cancellationToken">Ends the work between two tokens.</param>
    /// <returns>The results, as many as <see cref="GenerationConfig.NumReturnSequences"/> says, the best first.</returns>
    /// <exception cref="GenerationException">The options do not go together, or the text is empty or too long.</exception>
    public IReadOnlyList<GeneratedText> Generate(string text, CancellationToken cancellationToken = default) => Generate([text], cancellationToken).Single();

    /// <summary>Reads texts as they come and writes others, in their order: any number of them in the memory of a batch.</summary>
    /// <param name="texts">The texts.</param>
    /// <param name="cancellationToken">Ends the work between two tokens.</param>
    /// <exception cref="GenerationException">The options do not go together, or a text is empty or too long.</exception>
    public IEnumerable<IReadOnlyList<GeneratedText>> Generate(IEnumerable<string> texts, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(texts);
        foreach (string[] batch in texts.Chunk(_options.BatchSize))
        {
            _context.CancellationToken = cancellationToken;
            foreach (IReadOnlyList<GeneratedSequence> sequences in _model.Generate(_context, [.. batch.Select(Encode)], _config, _tokenizer))
            {
                yield return [.. sequences.Select(sequence => new GeneratedText(_tokenizer.Decode(sequence.Tokens, cleanUpTokenizationSpaces: false), sequence.Tokens, sequence.Score))];
            }
        }
    }

    /// <summary>Reads one text and gives what is written as soon as it is whole characters. It takes one beam.</summary>
    /// <param name="text">The text.</param>
    /// <param name="cancellationToken">Ends the work between two tokens.</param>
    /// <returns>Pieces that together are the text.</returns>
    /// <exception cref="GenerationException">The options do not go together, or the text is empty or too long.</exception>
    public IAsyncEnumerable<string> StreamAsync(string text, CancellationToken cancellationToken = default) =>
        _model.StreamAsync(_context, Encode(text), _config, _tokenizer, cancellationToken).DecodeAsync(_tokenizer, cancellationToken);

    private int[] Encode(string text) => _tokenizer.Encode(_prefix + text, options: _encode).Ids;
}
