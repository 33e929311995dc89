using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Akin.Hub;
using Akin.Kernels;
using Akin.Models;
using Akin.Models.Checkpoints;
using Akin.Models.Configuration;
using Akin.Pipelines.Modules;
using Akin.Search;
using Akin.Tokenizers;

namespace Akin.Pipelines;

/// <summary>Turns texts into embeddings whose distance is their distance in meaning (Reimers and Gurevych 2019, https://arxiv.org/abs/1908.10084).</summary>
/// <remarks>
/// Reads the folders of Python's sentence-transformers, versions 0 to 6, and plain Hugging Face encoders. An embedding's bits depend on its text and the
/// options alone: not on what it is encoded together with, nor on the number of threads. Thread-safe; each call in flight holds memory of its own.
/// </remarks>
public sealed partial class SentenceTransformer : IEncoder
{
    private readonly TransformerModule _transformer;
    private readonly PoolingModule _pooling;
    private readonly IReadOnlyList<IEmbeddingModule> _modules;
    private readonly ModelSettings _settings;
    private readonly WorkerPool _pool;
    private readonly ConcurrentDictionary<WorkerPool, ConcurrentBag<EncodeSession>> _sessions = new();
    private readonly Lazy<string?> _fingerprint;

    private SentenceTransformer(
        string name, string folder, TransformerModule transformer, PoolingModule pooling, IReadOnlyList<IEmbeddingModule> modules, ModelSettings settings, SentenceTransformerOptions options)
    {
        Name = name;
        _fingerprint = new Lazy<string?>(() => ModelFingerprint.Of(folder, DocumentSettings()));
        _transformer = transformer;
        _pooling = pooling;
        _modules = modules;
        _settings = settings with { TruncateDimension = options.TruncateDimension ?? settings.TruncateDimension };
        _pool = options.Pool ?? WorkerPool.Shared;
    }

    private SentenceTransformer(SentenceTransformer model, IReadOnlyList<IEmbeddingModule> modules)
    {
        // Vectors of this model are not those of the other; once it is saved it has a name of its own.
        Name = model.Name + " (mapped)";
        _fingerprint = new Lazy<string?>(() => null);
        (_transformer, _pooling, _pool) = (model._transformer, model._pooling, model._pool);
        _modules = modules;
        _settings = model._settings with { TruncateDimension = null };
    }

    /// <summary>The folder or hub name the model was loaded by.</summary>
    public string Name { get; }

    /// <summary>What an index calls the model: its hub name, or the full path of its folder, so that it is found from every working directory.</summary>
    string IEncoder.ModelName => Directory.Exists(Name) ? Path.GetFullPath(Name) : Name;

    /// <inheritdoc/>
    string? IEncoder.ModelFingerprint => _fingerprint.Value;

    /// <summary>Floats of an embedding, unless a call asks for fewer.</summary>
    public int Dimension => Math.Min(FullDimension, _settings.TruncateDimension ?? int.MaxValue);

    /// <summary>The most tokens read of a text, special tokens included; what comes after them is cut off.</summary>
    public int MaxSequenceLength => _transformer.MaxSequenceLength;

    /// <summary>The model's prompts by name.</summary>
    public IReadOnlyDictionary<string, string> Prompts => _settings.Prompts;

    /// <summary>The name of the prompt that <see cref="Encode(string, EmbeddingOptions?, CancellationToken)"/> uses when none is given, or null.</summary>
    public string? DefaultPromptName => _settings.DefaultPromptName;

    /// <summary>How the model's embeddings are meant to be compared.</summary>
    public SimilarityFunction SimilarityFunction => _settings.Similarity;

    /// <summary>The tokenizer.</summary>
    /// <exception cref="InvalidOperationException">The model was loaded without it.</exception>
    public Tokenizer Tokenizer => _transformer.Tokenizer;

    /// <summary>Floats of an embedding that nothing was cut off.</summary>
    internal int FullDimension => _modules.Count > 0 ? _modules[^1].OutputSize : _pooling.OutputSize;

    /// <summary>Loads a model.</summary>
    /// <param name="pathOrId">A folder, or the name of a repository on the hub (<c>org/name</c>).</param>
    /// <param name="options">Dimension, length, threads, hub; null for the defaults.</param>
    /// <param name="progress">Told about downloads.</param>
    /// <param name="cancellationToken">Stops a download.</param>
    /// <exception cref="HubException">There is no such folder or repository, or it cannot be fetched.</exception>
    /// <exception cref="SentenceTransformerException">The folder is not a SentenceTransformer model, or has a module that is not supported.</exception>
    /// <exception cref="ConfigException">A configuration file cannot be honoured.</exception>
    /// <exception cref="CheckpointException">The weights are damaged, or do not belong to the configuration.</exception>
    /// <exception cref="TokenizerFileException">The tokenizer is missing, damaged or not supported.</exception>
    public static SentenceTransformer FromPretrained(
        string pathOrId, SentenceTransformerOptions? options = null, IProgress<DownloadProgress>? progress = null, CancellationToken cancellationToken = default) =>
        FromFolder(pathOrId, ModelHub.ResolveFolder(pathOrId, options?.Hub, progress, cancellationToken), options ?? new SentenceTransformerOptions());

    /// <inheritdoc cref="FromPretrained"/>
    public static async Task<SentenceTransformer> FromPretrainedAsync(
        string pathOrId, SentenceTransformerOptions? options = null, IProgress<DownloadProgress>? progress = null, CancellationToken cancellationToken = default) =>
        FromFolder(
            pathOrId,
            await ModelHub.ResolveFolderAsync(pathOrId, options?.Hub, progress, cancellationToken).ConfigureAwait(false),
            options ?? new SentenceTransformerOptions());

    /// <summary>Embeds one text.</summary>
    /// <param name="text">The text.</param>
    /// <param name="options">Prompt, length, scale; null for the model's own.</param>
    /// <param name="cancellationToken">Stops between two layers.</param>
    /// <returns><c>[dimension]</c>.</returns>
    /// <exception cref="SentenceTransformerException">The model has no prompt of the name asked for.</exception>
    public float[] Encode(string text, EmbeddingOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(text);
        return Encode([text], options, progress: null, cancellationToken)[0];
    }

    /// <summary>Embeds texts.</summary>
    /// <param name="texts">The texts; may be empty, and may hold empty texts.</param>
    /// <param name="options">Prompt, dimension, scale; null for the model's own.</param>
    /// <param name="progress">Told after every batch how many texts are done.</param>
    /// <param name="cancellationToken">Stops between two layers.</param>
    /// <returns><c>[texts][dimension]</c>, in the order given.</returns>
    /// <exception cref="SentenceTransformerException">The model has no prompt of the name asked for.</exception>
    public float[][] Encode(
        IReadOnlyList<string> texts, EmbeddingOptions? options = null, IProgress<int>? progress = null, CancellationToken cancellationToken = default) =>
        Encode(texts, options, progress, out _, cancellationToken);

    /// <summary>Embeds texts into memory of the caller's: once warm, nothing is allocated.</summary>
    /// <param name="texts">The texts.</param>
    /// <param name="destination">Receives <c>[texts, dimension]</c>, in the order given.</param>
    /// <param name="options">Prompt, dimension, scale; null for the model's own.</param>
    /// <param name="progress">Told after every batch how many texts are done.</param>
    /// <param name="cancellationToken">Stops between two layers.</param>
    /// <exception cref="ArgumentException">The destination has another length.</exception>
    /// <exception cref="SentenceTransformerException">The model has no prompt of the name asked for.</exception>
    public void Encode(
        IReadOnlyList<string> texts, Span<float> destination, EmbeddingOptions? options = null, IProgress<int>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(texts);
        options = Checked(options);
        int dimension = DimensionOf(options);
        RequireLength(texts.Count, dimension, destination.Length);
        EncodeSession session = Rent(_pool);
        session.Encode(texts, PromptOf(options), new EncodeTarget(destination, dimension, options.Normalize), options.BatchTokens, progress, cancellationToken);
        GiveBack(session);
    }

    /// <summary>Embeds texts as they come, a few hundred at a time.</summary>
    /// <param name="texts">The texts.</param>
    /// <param name="options">Prompt, dimension, scale; null for the model's own.</param>
    /// <param name="cancellationToken">Stops waiting for texts, and computing between two layers.</param>
    /// <returns>An embedding for each text, in order.</returns>
    /// <exception cref="SentenceTransformerException">The model has no prompt of the name asked for.</exception>
    public async IAsyncEnumerable<float[]> EncodeAsync(
        IAsyncEnumerable<string> texts, EmbeddingOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        const int WindowTexts = 512;
        ArgumentNullException.ThrowIfNull(texts);
        List<string> window = new(WindowTexts);
        await foreach (string text in texts.WithCancellation(cancellationToken).ConfigureAwait(false))
        {
            window.Add(text);
            if (window.Count == WindowTexts)
            {
                foreach (float[] embedding in Encode(window, options, progress: null, cancellationToken))
                {
                    yield return embedding;
                }

                window.Clear();
            }
        }

        foreach (float[] embedding in Encode(window, options, progress: null, cancellationToken))
        {
            yield return embedding;
        }
    }

    /// <summary>Embeds questions: with the prompt named <c>query</c> where the model has one.</summary>
    /// <inheritdoc cref="Encode(IReadOnlyList{string}, EmbeddingOptions?, IProgress{int}?, CancellationToken)"/>
    public float[][] EncodeQueries(
        IReadOnlyList<string> texts, EmbeddingOptions? options = null, IProgress<int>? progress = null, CancellationToken cancellationToken = default) =>
        Encode(texts, WithPromptOf(options, "query"), progress, cancellationToken);

    /// <summary>Embeds documents: with the first of the prompts <c>document</c>, <c>passage</c> and <c>corpus</c> that the model has.</summary>
    /// <inheritdoc cref="Encode(IReadOnlyList{string}, EmbeddingOptions?, IProgress{int}?, CancellationToken)"/>
    public float[][] EncodeDocuments(
        IReadOnlyList<string> texts, EmbeddingOptions? options = null, IProgress<int>? progress = null, CancellationToken cancellationToken = default) =>
        Encode(texts, WithDocumentPrompt(options), progress, cancellationToken);

    /// <inheritdoc/>
    float[][] IEncoder.Encode(IReadOnlyList<string> texts, CancellationToken cancellationToken) =>
        EncodeDocuments(texts, cancellationToken: cancellationToken);

    /// <inheritdoc/>
    float[][] IEncoder.EncodeQueries(IReadOnlyList<string> queries, CancellationToken cancellationToken) =>
        EncodeQueries(queries, cancellationToken: cancellationToken);

    /// <inheritdoc/>
    float[][] IEncoder.EncodeSentences(IReadOnlyList<string> sentences, CancellationToken cancellationToken) =>
        Encode(sentences, cancellationToken: cancellationToken);

    /// <summary>Embeds texts that were tokenized elsewhere, special tokens included; once warm, nothing is allocated.</summary>
    /// <param name="sequences">Token ids, <c>[texts][tokens]</c>; what is beyond <see cref="MaxSequenceLength"/> is cut off.</param>
    /// <param name="destination">Receives <c>[texts, dimension]</c>, in the order given.</param>
    /// <param name="options">Dimension and scale; prompts do not apply.</param>
    /// <param name="progress">Told after every batch how many texts are done.</param>
    /// <param name="cancellationToken">Stops between two layers.</param>
    /// <exception cref="ArgumentException">The destination has another length.</exception>
    /// <exception cref="Tensors.InvalidBatchException">An id is not in the model's vocabulary.</exception>
    public void EncodeTokenIds(
        IReadOnlyList<int[]> sequences, Span<float> destination, EmbeddingOptions? options = null, IProgress<int>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(sequences);
        options = Checked(options);
        int dimension = DimensionOf(options);
        RequireLength(sequences.Count, dimension, destination.Length);
        EncodeSession session = Rent(_pool);
        session.Encode(sequences, leftOut: 0, new EncodeTarget(destination, dimension, options.Normalize), options.BatchTokens, progress, cancellationToken);
        GiveBack(session);
    }

    /// <summary>Embeds texts and counts their tokens, special ones included, as far as they are read.</summary>
    internal float[][] Encode(IReadOnlyList<string> texts, EmbeddingOptions? options, IProgress<int>? progress, out long tokenCount, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(texts);
        options = Checked(options);
        float[][] embeddings = new float[texts.Count][];
        EncodeSession session = Rent(_pool);
        tokenCount = session.Encode(
            texts, PromptOf(options), new EncodeTarget(embeddings, DimensionOf(options), options.Normalize), options.BatchTokens, progress, cancellationToken);
        GiveBack(session);
        return embeddings;
    }

    /// <summary>Embeds texts that were tokenized elsewhere, special tokens included, each into memory of its own.</summary>
    /// <param name="sequences">Token ids, <c>[texts][tokens]</c>; what is beyond <see cref="MaxSequenceLength"/> is cut off.</param>
    /// <param name="options">Dimension and scale; prompts do not apply.</param>
    /// <param name="leftOut">What <see cref="CountLeftOut"/> says of the prompt that all of them begin with. Default: 0.</param>
    /// <param name="pool">The threads for this call, such as <see cref="WorkerPool.Serial"/> for a caller that has threads of its own; the model's own when null. The result has the same bits.</param>
    /// <param name="cancellationToken">Stops between two layers.</param>
    /// <returns><c>[texts][dimension]</c>, in the order given.</returns>
    /// <exception cref="Tensors.InvalidBatchException">An id is not in the model's vocabulary.</exception>
    public float[][] EncodeTokenIds(
        IReadOnlyList<int[]> sequences, EmbeddingOptions? options = null, int leftOut = 0, WorkerPool? pool = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(sequences);
        options = Checked(options);
        float[][] embeddings = new float[sequences.Count][];
        EncodeSession session = Rent(pool ?? _pool);
        session.Encode(sequences, leftOut, new EncodeTarget(embeddings, DimensionOf(options), options.Normalize), options.BatchTokens, progress: null, cancellationToken);
        GiveBack(session);
        return embeddings;
    }

    /// <summary>The similarity of every embedding of one list with every embedding of another, by the model's own <see cref="SimilarityFunction"/>.</summary>
    /// <param name="left"><c>[rows][dimension]</c>.</param>
    /// <param name="right"><c>[columns][dimension]</c>.</param>
    /// <returns><c>[rows][columns]</c>.</returns>
    public float[][] Similarity(IReadOnlyList<float[]> left, IReadOnlyList<float[]> right) => EmbeddingSimilarity.Matrix(SimilarityFunction, left, right);

    /// <summary>Writes the model in the layout that every version of sentence-transformers from 2 on reads (LayerNorm modules: from 5 on).</summary>
    /// <param name="folder">The folder; made if it does not exist.</param>
    /// <param name="cancellationToken">Stops between tensors.</param>
    /// <exception cref="IOException">The disk is full, or the folder cannot be written.</exception>
    public void SavePretrained(string folder, CancellationToken cancellationToken = default) => SavePretrained(folder, WeightPrecision.Float32, cancellationToken);

    /// <summary>Writes the model with the encoder's weights in a precision.</summary>
    /// <param name="folder">The folder; made if it does not exist.</param>
    /// <param name="precision">How the encoder's weights are stored; the small ones of other modules stay in single precision.</param>
    /// <param name="cancellationToken">Stops between tensors.</param>
    /// <exception cref="IOException">The disk is full, or the folder cannot be written.</exception>
    public void SavePretrained(string folder, WeightPrecision precision, CancellationToken cancellationToken = default)
    {
        Directory.CreateDirectory(folder);
        _transformer.Save(folder, precision, cancellationToken);
        _settings.Save(folder);
        List<(string Kind, string Path)> modules = [(TransformerModule.ClassName, ""), (PoolingModule.ClassName, $"1_{PoolingModule.ClassName}")];
        _pooling.Save(Directory.CreateDirectory(Path.Combine(folder, modules[^1].Path)).FullName);
        for (int i = 0; i < _modules.Count; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            modules.Add((_modules[i].Kind, NameOf(i, _modules[i].Kind)));
            _modules[i].Save(Directory.CreateDirectory(Path.Combine(folder, modules[^1].Path)).FullName);
        }

        ModuleList.Write(folder, modules);
    }

    /// <summary>A model that maps its embeddings once more; encoder and tokenizer are shared with this one. If this one scales embeddings to length 1, that one does too.</summary>
    /// <param name="map">The map.</param>
    /// <exception cref="ArgumentException">The map is for embeddings of another size.</exception>
    public SentenceTransformer Append(EmbeddingMap map)
    {
        ArgumentNullException.ThrowIfNull(map);
        if (map.InputSize != FullDimension)
        {
            throw new ArgumentException($"The map is for embeddings of {map.InputSize} dimensions, and the model's have {FullDimension}.", nameof(map));
        }

        List<IEmbeddingModule> modules = [.. _modules, DenseModule.Of(NameOf(_modules.Count, DenseModule.ClassName), map)];
        if (_modules.Count > 0 && _modules[^1] is NormalizeModule)
        {
            modules.Add(new NormalizeModule(map.OutputSize));
        }

        return new SentenceTransformer(this, modules);
    }

    private static SentenceTransformer FromFolder(string name, string folder, SentenceTransformerOptions options)
    {
        if (options.TruncateDimension is { } dimension)
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(dimension, 1, nameof(options));
        }

        List<(string Kind, string Folder)>? list = ModuleList.Read(folder);
        if (list is not (null or [(TransformerModule.ClassName, _), (PoolingModule.ClassName, _), ..]))
        {
            throw new SentenceTransformerException(
                folder, $"its modules are {string.Join(", ", list.Select(module => module.Kind))}; supported are models that begin with Transformer, Pooling.");
        }

        TransformerModule transformer = TransformerModule.Load(list?[0].Folder ?? folder, options);
        int hiddenSize = transformer.Encoder.Config.HiddenSize;
        PoolingModule pooling = list is null ? PoolingModule.WithoutConfiguration(folder, hiddenSize) : PoolingModule.Load(list[1].Folder, hiddenSize);
        List<IEmbeddingModule> modules = [];
        foreach ((string kind, string moduleFolder) in list?.Skip(2) ?? [])
        {
            if (EmbeddingModules.Load(
                kind, moduleFolder, NameOf(modules.Count, kind), modules.Count > 0 ? modules[^1].OutputSize : pooling.OutputSize, options.IsTrainable) is { } module)
            {
                modules.Add(module);
            }
        }

        return new SentenceTransformer(name, folder, transformer, pooling, modules, ModelSettings.Load(folder), options);
    }

    /// <summary>What a module after pooling is called, as a folder and in front of its weights.</summary>
    private static string NameOf(int module, string kind) => $"{module + 2}_{kind}";

    private static EmbeddingOptions Checked(EmbeddingOptions? options)
    {
        options ??= EmbeddingOptions.Default;
        ArgumentOutOfRangeException.ThrowIfLessThan(options.BatchTokens ?? 1, 1, nameof(options));
        ArgumentOutOfRangeException.ThrowIfLessThan(options.TruncateDimension ?? 1, 1, nameof(options));
        return options;
    }

    private static void RequireLength(int count, int dimension, int length)
    {
        if (length != (long)count * dimension)
        {
            throw new ArgumentException($"{count} embeddings of {dimension} dimensions need {(long)count * dimension} floats, not {length}.");
        }
    }

    // A session that an exception leaves behind is not used again: its memory may be half filled.
    private EncodeSession Rent(WorkerPool pool) =>
        _sessions.TryGetValue(pool, out ConcurrentBag<EncodeSession>? resting) && resting.TryTake(out EncodeSession? session) ? session : new EncodeSession(this, _transformer, pool);

    private void GiveBack(EncodeSession session) => _sessions.GetOrAdd(session.Pool, static _ => []).Add(session);

    private int DimensionOf(EmbeddingOptions options) => Math.Min(FullDimension, options.TruncateDimension ?? Dimension);

    private string PromptOf(EmbeddingOptions options)
    {
        if (options.Prompt is not null)
        {
            return options.Prompt;
        }

        return (options.PromptName ?? DefaultPromptName) is not { } name ? ""
            : Prompts.TryGetValue(name, out string? prompt) ? prompt
            : throw new SentenceTransformerException(
                Name, $"the model has no prompt '{name}'; {(Prompts.Count == 0 ? "it has none" : $"it has {string.Join(", ", Prompts.Keys)}")}.");
    }

    /// <summary>All that shapes the vector of a document besides weights and vocabulary, however a folder writes it down.</summary>
    private string DocumentSettings() => string.Join(
        '\n',
        string.Join(',', _pooling.WaysInOrder),
        _pooling.IncludesPrompt,
        string.Join(',', _modules.Select(module => module.Kind)),
        Dimension,
        MaxSequenceLength,
        _transformer.LowersCase,
        PromptOf(WithDocumentPrompt(null)));

    private EmbeddingOptions WithDocumentPrompt(EmbeddingOptions? options) => WithPromptOf(options, "document", "passage", "corpus");

    private EmbeddingOptions WithPromptOf(EmbeddingOptions? options, params ReadOnlySpan<string> names)
    {
        options ??= EmbeddingOptions.Default;
        if (options is { Prompt: null, PromptName: null })
        {
            foreach (string name in names)
            {
                if (Prompts.ContainsKey(name))
                {
                    return options with { PromptName = name };
                }
            }
        }

        return options;
    }
}
