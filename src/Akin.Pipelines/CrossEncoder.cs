using Akin.Hub;
using Akin.Models;
using Akin.Models.Configuration;
using Akin.Models.Heads;
using Akin.Search;
using Akin.Tensors;
using Akin.Tokenizers;

namespace Akin.Pipelines;

/// <summary>Scores pairs of texts by reading both at once: slower than comparing embeddings, and better. Sentence-Transformers' class of that name.</summary>
/// <remarks>
/// Reads the folders of Python's versions 2 to 6, and any sequence classifier. A pair's scores do not depend on the others. Not thread-safe: each
/// thread needs one of its own.
/// </remarks>
public sealed class CrossEncoder : IPairScorer
{
    private readonly EncodeOptions _encode;
    private readonly BatchRunner _runner;

    private CrossEncoder(SequenceClassificationModel model, Tokenizer tokenizer, ScoreActivation activation, CrossEncoderOptions options)
    {
        (Model, Tokenizer, Activation) = (model, tokenizer, activation);
        RequireLabelsFor(activation);
        MaxLength = options.LengthFor(model, tokenizer);
        if (options.MaxLength is not null)
        {
            tokenizer.Settings = tokenizer.Settings with { ModelMaximumLength = MaxLength }; // saved with it: whoever loads the model again cuts pairs alike
        }

        _encode = new EncodeOptions { Truncation = new Truncation(MaxLength) };
        _runner = new BatchRunner(model, options.Pool);
        CrossEncoderSettings.Write(model.Config.Json, activation); // so that whoever saves the model saves this with it
    }

    /// <summary>The classifier that gives the raw scores.</summary>
    public SequenceClassificationModel Model { get; }

    /// <summary>The tokenizer.</summary>
    public Tokenizer Tokenizer { get; }

    /// <summary>What becomes of raw scores unless a call says otherwise.</summary>
    public ScoreActivation Activation { get; }

    /// <summary>The most tokens that are read of a pair, special tokens included; of a longer one the longer text is cut.</summary>
    public int MaxLength { get; }

    /// <summary>How many scores a pair is given.</summary>
    public int LabelCount => Model.Config.Labels.Count;

    /// <summary>The names of the scores.</summary>
    public IReadOnlyList<string> Labels => Model.Config.Labels;

    /// <summary>Loads a model.</summary>
    /// <param name="pathOrId">A folder, or the name of a repository on the hub.</param>
    /// <param name="options">Length, activation, threads, hub; null for the defaults.</param>
    /// <param name="progress">Told about downloads.</param>
    /// <param name="cancellationToken">Stops a download.</param>
    /// <exception cref="HubException">There is no such folder or repository, or it cannot be fetched.</exception>
    /// <exception cref="ConfigException">The configuration cannot be honoured.</exception>
    /// <exception cref="Models.Checkpoints.CheckpointException">The weights are damaged, or there is no classifier among them.</exception>
    /// <exception cref="TokenizerFileException">The tokenizer is missing, damaged or not supported.</exception>
    /// <exception cref="ArgumentException">A softmax is asked for, but there is only one score; or new weights for a model that is not to be trained.</exception>
    public static CrossEncoder FromPretrained(
        string pathOrId, CrossEncoderOptions? options = null, IProgress<DownloadProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        options ??= new CrossEncoderOptions();
        if (options is { IsTrainable: false } and ({ LabelCount: not null } or { FromScratch: true }))
        {
            throw new ArgumentException("A number of labels and new weights are for a model that is to be trained; this one is what its folder holds.", nameof(options));
        }

        string folder = ModelHub.ResolveFolder(pathOrId, options.Hub, progress, cancellationToken);
        ConfigReader config = ConfigReader.Open(folder);
        LoadOptions load = !options.IsTrainable
            ? new LoadOptions()
            : new LoadOptions
            {
                IsTrainable = true,
                InitializesMissing = true,
                IgnoresUnexpected = true, // the heads that the checkpoint was made with
                ReplacesMismatchedHeads = true,
                Labels = LabelsFor(config, options.LabelCount),
                Seed = options.Seed,
            };
        SequenceClassificationModel model = options.FromScratch
            ? AutoModelForSequenceClassification.FromConfig(config, load)
            : AutoModelForSequenceClassification.FromPretrained(folder, load, cancellationToken: cancellationToken);
        Tokenizer tokenizer = AutoTokenizer.FromPretrained(folder, cancellationToken: cancellationToken);
        ScoreActivation activation = options.Activation
            ?? CrossEncoderSettings.Read(folder, config.Json)
            ?? (model.Config.Labels.Count == 1 ? ScoreActivation.Sigmoid : ScoreActivation.Identity);
        return new CrossEncoder(model, tokenizer, activation, options);
    }

    /// <summary>Scores one pair.</summary>
    /// <param name="query">The first text.</param>
    /// <param name="document">The second text.</param>
    /// <param name="activation">What becomes of raw scores. Default: <see cref="Activation"/>.</param>
    /// <param name="cancellationToken">Ends the work between two layers.</param>
    /// <returns><c>[labels]</c>.</returns>
    /// <exception cref="ArgumentException">A softmax is asked for, but there is only one score.</exception>
    public float[] Predict(string query, string document, ScoreActivation? activation = null, CancellationToken cancellationToken = default) =>
        Predict([(query, document)], activation, cancellationToken).Single();

    /// <summary>Scores pairs as they come, in their order: any number of them in the memory of a window.</summary>
    /// <param name="pairs">The pairs.</param>
    /// <param name="activation">What becomes of raw scores. Default: <see cref="Activation"/>.</param>
    /// <param name="cancellationToken">Ends the work between two layers.</param>
    /// <returns><c>[labels]</c> for every pair.</returns>
    /// <exception cref="ArgumentException">A softmax is asked for, but there is only one score.</exception>
    public IEnumerable<float[]> Predict(
        IEnumerable<(string Query, string Document)> pairs, ScoreActivation? activation = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(pairs);
        ScoreActivation applied = activation ?? Activation;
        RequireLabelsFor(applied);
        return _runner.Run(
            pairs, pair => Tokenizer.Encode(pair.Query, pair.Document, _encode), (context, batch) => Forward(context, batch, applied), cancellationToken);
    }

    /// <summary>Puts documents in the order in which they answer a query, the best first; equal ones stay in their order.</summary>
    /// <param name="query">The query.</param>
    /// <param name="documents">The documents; may be empty.</param>
    /// <param name="topK">How many are given back; null for all.</param>
    /// <param name="returnDocuments">Whether their texts are given back too. Default: no.</param>
    /// <param name="cancellationToken">Ends the work between two layers.</param>
    /// <exception cref="InvalidOperationException">The model gives several scores: which one to rank by is not known.</exception>
    /// <exception cref="ArgumentOutOfRangeException">Less than one document is asked for.</exception>
    public IReadOnlyList<RankedDocument> Rank(
        string query, IReadOnlyList<string> documents, int? topK = null, bool returnDocuments = false, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(query);
        ArgumentNullException.ThrowIfNull(documents);
        if (topK is { } count)
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(count, 1, nameof(topK));
        }

        if (LabelCount != 1)
        {
            throw new InvalidOperationException(
                $"This model gives {LabelCount} scores ({string.Join(", ", Labels)}): documents can be ranked by a model that gives one. Use {nameof(Predict)} and choose a score.");
        }

        return
        [
            .. Predict(documents.Select(document => (query, document)), cancellationToken: cancellationToken)
                .Select((scores, i) => new RankedDocument(i, scores[0], returnDocuments ? documents[i] : null))
                .OrderByDescending(document => document.Score)
                .Take(topK ?? int.MaxValue),
        ];
    }

    /// <summary>Writes the model, its tokenizer and its activation as Sentence-Transformers reads them: a plain Hugging Face folder.</summary>
    /// <param name="folder">Made if it does not exist.</param>
    /// <param name="cancellationToken">Stops between two weights.</param>
    /// <exception cref="IOException">A file cannot be written.</exception>
    public void SavePretrained(string folder, CancellationToken cancellationToken = default)
    {
        Model.SavePretrained(folder, cancellationToken);
        Tokenizer.SavePretrained(folder);
    }

    /// <inheritdoc/>
    float[] IPairScorer.Score(IReadOnlyList<(string First, string Second)> pairs, CancellationToken cancellationToken) =>
        [.. Predict(pairs, cancellationToken: cancellationToken).SelectMany(scores => scores)];

    /// <summary>The labels of a new head; null to keep the configuration's.</summary>
    private static string[]? LabelsFor(ConfigReader config, int? labelCount)
    {
        bool hasHead = config.Json["architectures"]?.ToJsonString().Contains("ForSequenceClassification", StringComparison.Ordinal) == true;
        int own = hasHead ? ArchitectureRegistry.Find(config).ReadConfig(config).Labels.Count : 0;
        int count = labelCount ?? (hasHead ? own : 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1, nameof(labelCount));
        return count == own ? null : [.. Enumerable.Range(0, count).Select(i => $"LABEL_{i}")];
    }

    private void RequireLabelsFor(ScoreActivation activation)
    {
        if (activation == ScoreActivation.Softmax && LabelCount == 1)
        {
            throw new ArgumentException("A softmax over one score is always 1: use the sigmoid, or the identity.", nameof(activation));
        }
    }

    private IEnumerable<float[]> Forward(ForwardContext context, RaggedBatch batch, ScoreActivation activation)
    {
        Tensor logits = Model.Forward(context, batch).Logits;
        for (int row = 0; row < batch.SequenceCount; row++)
        {
            float[] scores = logits.Row(row).ToArray();
            activation.Apply(scores);
            yield return scores;
        }
    }
}
