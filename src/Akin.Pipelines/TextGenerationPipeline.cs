using System.Text.Json.Nodes;
using Akin.Hub;
using Akin.Models.Configuration;
using Akin.Models.Generation;
using Akin.Models.Heads;
using Akin.Tensors;
using Akin.Tokenizers;

namespace Akin.Pipelines;

/// <summary>Continues texts: transformers' <c>text-generation</c> pipeline.</summary>
/// <remarks>
/// Unless the model or the options say otherwise tokens are drawn at temperature 0.7, up to 256, as there; the draws depend on the seed alone. A text's results do not depend on the
/// others. Not thread-safe: each thread needs a pipeline of its own.
/// </remarks>
public sealed class TextGenerationPipeline
{
    private readonly CausalLanguageModel _model;
    private readonly Tokenizer _tokenizer;
    private readonly TextGenerationPipelineOptions _options;
    private readonly GenerationConfig _config;
    private readonly ForwardContext _context;

    private TextGenerationPipeline(CausalLanguageModel model, Tokenizer tokenizer, string folder, TextGenerationPipelineOptions options)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.BatchSize, 1);
        (_model, _tokenizer, _options, _context) = (model, tokenizer, options, new ForwardContext(options.Pool));
        _config = options.ConfigOf(folder, taskFields: null, new GenerationConfigDefaults(256, new JsonObject { ["do_sample"] = true, ["temperature"] = 0.7 }));
    }

    /// <summary>How it writes.</summary>
    public GenerationConfig Generation => _config;

    /// <summary>Loads a model and its tokenizer.</summary>
    /// <param name="pathOrId">A folder, or the name of a repository on the hub.</param>
    /// <param name="options">How to write, threads, hub; null for the defaults.</param>
    /// <param name="progress">Told about downloads.</param>
    /// <param name="cancellationToken">Stops a download.</param>
    /// <exception cref="HubException">There is no such folder or repository, or it cannot be fetched.</exception>
    /// <exception cref="ConfigException">The configuration cannot be honoured.</exception>
    /// <exception cref="Models.Checkpoints.CheckpointException">The weights are damaged, or there is no such head among them.</exception>
    /// <exception cref="TokenizerFileException">The tokenizer is missing, damaged or not supported.</exception>
    /// <exception cref="NotSupportedException">The architecture does not write.</exception>
    public static TextGenerationPipeline FromPretrained(
        string pathOrId, TextGenerationPipelineOptions? options = null, IProgress<DownloadProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        options ??= new TextGenerationPipelineOptions();
        string folder = ModelHub.ResolveFolder(pathOrId, options.Hub, progress, cancellationToken);
        (CausalLanguageModel model, Tokenizer tokenizer) = options.Load<CausalLanguageModel>(folder, progress, cancellationToken);
        return new TextGenerationPipeline(model, tokenizer, folder, options);
    }

    /// <summary>Continues one text.</summary>
    /// <param name="text">The text.</param>
    /// <param name="cancellationToken">Ends the work between two tokens.</param>
    /// <returns>The results, as many as <see cref="GenerationConfig.NumReturnSequences"/> says, the best first.</returns>
    /// <exception cref="GenerationException">The options do not go together, or the text is empty or too long.</exception>
    public IReadOnlyList<GeneratedText> Generate(string text, CancellationToken cancellationToken = default) => Generate([text], cancellationToken).Single();

    /// <summary>Continues texts as they come, in their order: any number of them in the memory of a batch.</summary>
    /// <param name="texts">The texts.</param>
    /// <param name="cancellationToken">Ends the work between two tokens.</param>
    /// <exception cref="GenerationException">The options do not go together, or a text is empty or too long.</exception>
    public IEnumerable<IReadOnlyList<GeneratedText>> Generate(IEnumerable<string> texts, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(texts);
        foreach (string[] batch in texts.Chunk(_options.BatchSize))
        {
            _context.CancellationToken = cancellationToken;
            int[][] prompts = [.. batch.Select(Encode)];
            IReadOnlyList<IReadOnlyList<GeneratedSequence>> written = _model.Generate(_context, prompts, _config, _tokenizer);
            for (int i = 0; i < batch.Length; i++)
            {
                yield return [.. written[i].Select(sequence => Result(batch[i], prompts[i], sequence))];
            }
        }
    }

    /// <summary>Continues one text and gives what is written as soon as it is whole characters.</summary>
    /// <param name="text">The text.</param>
    /// <param name="cancellationToken">Ends the work between two tokens.</param>
    /// <returns>Pieces that together are the new text.</returns>
    /// <exception cref="GenerationException">The options do not go together, or the text is empty or too long.</exception>
    public IAsyncEnumerable<string> StreamAsync(string text, CancellationToken cancellationToken = default) =>
        _model.StreamAsync(_context, Encode(text), _config, _tokenizer, cancellationToken).DecodeAsync(_tokenizer, cancellationToken);

    private int[] Encode(string text)
    {
        int[] ids = _tokenizer.Encode(_options.Prefix + text, options: new EncodeOptions { AddSpecialTokens = false }).Ids;
        if (ids.Length == 0 && _config.BosTokenId is { } first)
        {
            return [first];
        }

        int room = _model.Config.MaxTokenCount - (_config.MaxNewTokens ?? _config.UsualNewTokens);
        return _options.CutsLongTexts && ids.Length > room && room > 0 ? ids[^room..] : ids;
    }

    private GeneratedText Result(string text, int[] prompt, GeneratedSequence sequence)
    {
        // The prompt is decoded too: what it adds to the new text, such as a space between, depends on it.
        string whole = _tokenizer.Decode(sequence.Tokens, cleanUpTokenizationSpaces: true);
        string given = _tokenizer.Decode(prompt, cleanUpTokenizationSpaces: true);
        string added = whole[Math.Min(given.Length, whole.Length)..];
        return new GeneratedText(_options.ReturnFullText ? text + added : added, sequence.Tokens, sequence.Score);
    }
}
