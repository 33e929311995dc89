using Akin.Hub;
using Akin.Models;
using Akin.Models.Heads;
using Akin.Pipelines.Modules;
using Akin.Tensors;

namespace Akin.Pipelines;

/// <content>What training needs.</content>
public sealed partial class SentenceTransformer : ITrainableModel
{
    /// <summary>Whether the model was loaded with <see cref="SentenceTransformerOptions.IsTrainable"/>.</summary>
    public bool IsTrainable => Parameters.Any(parameter => parameter.RequiresGradient);

    /// <inheritdoc/>
    public IReadOnlyList<Parameter> Parameters => [.. _transformer.Encoder.Parameters, .. _modules.SelectMany(module => module.Parameters)];

    /// <summary>Makes a model of parts: any encoder, pooling, and what may follow it.</summary>
    /// <param name="pathOrId">The encoder: a folder with <c>config.json</c>, weights and tokenizer, or its name on the hub.</param>
    /// <param name="parts">What comes after it.</param>
    /// <param name="options">Length, threads, hub, new weights; null for the defaults.</param>
    /// <param name="progress">Told about downloads.</param>
    /// <param name="cancellationToken">Stops a download.</param>
    /// <returns>A model that can be trained.</returns>
    /// <inheritdoc cref="FromPretrained" path="/exception"/>
    public static SentenceTransformer Create(
        string pathOrId, SentenceTransformerParts parts, SentenceTransformerOptions? options = null, IProgress<DownloadProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(parts);
        options = (options ?? new SentenceTransformerOptions()) with { IsTrainable = true };
        string folder = ModelHub.ResolveFolder(pathOrId, options.Hub, progress, cancellationToken);
        TransformerModule transformer = TransformerModule.Load(folder, options);
        PoolingModule pooling = new(transformer.Encoder.Config.HiddenSize, [.. parts.Pooling]);
        List<IEmbeddingModule> modules = [];
        if (parts.DenseSize is { } size)
        {
            modules.Add(DenseModule.Create(NameOf(0, DenseModule.ClassName), pooling.OutputSize, size, parts.DenseActivation, options.Seed));
        }

        if (parts.Normalizes)
        {
            modules.Add(new NormalizeModule(modules.Count > 0 ? modules[^1].OutputSize : pooling.OutputSize));
        }

        return new SentenceTransformer(pathOrId, folder, transformer, pooling, modules, new ModelSettings { Similarity = parts.Similarity }, options);
    }

    /// <inheritdoc/>
    public RaggedBatch CreateBatch() => _transformer.Encoder.CreateBatch();

    /// <summary>Turns a text into the token ids that <see cref="Forward"/> wants, special tokens included, cut to <see cref="MaxSequenceLength"/>.</summary>
    /// <param name="text">The text.</param>
    /// <param name="prompt">What is put in front of it. Default: nothing.</param>
    public int[] Tokenize(string text, string prompt = "")
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(prompt);
        int[] ids = new int[MaxSequenceLength];
        return ids[.._transformer.EncodeIds(prompt, text, ids)];
    }

    /// <summary>How many tokens of each text belong to a prompt and do not count in the embedding: 0 unless the model's pooling leaves prompts out.</summary>
    /// <param name="prompt">The prompt.</param>
    public int CountLeftOut(string prompt) => string.IsNullOrEmpty(prompt) || _pooling.IncludesPrompt ? 0 : _transformer.CountPromptTokens(prompt);

    /// <summary>Embeds a batch, recorded on the context's tape when the model is to be trained.</summary>
    /// <param name="context">The running pass; the result lives until its scope ends.</param>
    /// <param name="batch">The texts.</param>
    /// <param name="leftOut">What <see cref="CountLeftOut"/> says of the texts' prompt. Default: 0.</param>
    /// <returns><c>[texts, size]</c>, with all dimensions.</returns>
    /// <exception cref="InvalidBatchException">An id or a position is outside its table.</exception>
    /// <exception cref="OperationCanceledException">The pass was cancelled.</exception>
    public Tensor Forward(ForwardContext context, RaggedBatch batch, int leftOut = 0)
    {
        EncoderOutput output = _transformer.Encoder.Forward(context, batch);
        Tensor embeddings = _pooling.Forward(context, output.LastHiddenState, batch, leftOut);
        for (int i = 0; i < _modules.Count; i++)
        {
            embeddings = _modules[i].Forward(context, embeddings);
        }

        return embeddings;
    }

    /// <summary>The vectors of a batch's tokens, before pooling.</summary>
    /// <param name="context">The running pass; the result lives until its scope ends.</param>
    /// <param name="batch">The texts.</param>
    /// <returns><c>[tokens, hidden]</c>.</returns>
    /// <exception cref="InvalidBatchException">An id or a position is outside its table.</exception>
    public Tensor ForwardTokens(ForwardContext context, RaggedBatch batch) => _transformer.Encoder.Forward(context, batch).LastHiddenState;

    /// <summary>Makes a decoder that writes texts from their embeddings, of the encoder's own weights and some new ones.</summary>
    /// <param name="seed">Seeds the new weights. Default: 0.</param>
    /// <exception cref="NotSupportedException">The encoder cannot be read as a decoder, or embeddings are not as wide as its layers.</exception>
    public SentenceDecoder CreateDecoder(ulong seed = 0) => FullDimension == _transformer.Encoder.Config.HiddenSize
        ? _transformer.Encoder.CreateDecoder(seed)
        : throw new NotSupportedException($"A decoder looks at embeddings of {_transformer.Encoder.Config.HiddenSize} floats; those of '{Name}' have {FullDimension}.");

    /// <inheritdoc/>
    public void LoadWeights(string folder)
    {
        _transformer.Encoder.LoadWeights(folder);
        for (int i = 0; i < _modules.Count; i++)
        {
            _modules[i].LoadWeights(Path.Combine(folder, NameOf(i, _modules[i].Kind)));
        }
    }
}
