using Akin.Hub;
using Akin.Kernels;
using Akin.Models;
using Akin.Tokenizers;

namespace Akin.Pipelines;

/// <summary>What every pipeline of a fine-tuned model can be told. Immutable.</summary>
public record PipelineOptions
{
    /// <summary>
    /// Tokens of an input (a text, a pair, a question with its context), special tokens included; longer ones are cut, or read in windows where a pipeline
    /// says so. Default: what the model can take, which is also the most; for question answering at most 384.
    /// </summary>
    public int? MaxLength { get; init; }

    /// <summary>Threads. Default: <see cref="WorkerPool.Shared"/>.</summary>
    public WorkerPool? Pool { get; init; }

    /// <summary>How a model that is not a local folder is found.</summary>
    public HubOptions? Hub { get; init; }

    /// <summary>Loads a model and its tokenizer.</summary>
    internal (THead Model, Tokenizer Tokenizer) Load<THead>(string pathOrId, IProgress<DownloadProgress>? progress, CancellationToken cancellationToken)
        where THead : PretrainedModel
    {
        string folder = ModelHub.ResolveFolder(pathOrId, Hub, progress, cancellationToken);
        return (AutoModel<THead>.FromPretrained(folder, cancellationToken: cancellationToken), AutoTokenizer.FromPretrained(folder, cancellationToken: cancellationToken));
    }

    /// <summary>The longest input in tokens.</summary>
    /// <param name="model">What the configuration allows.</param>
    /// <param name="tokenizer">What the tokenizer's settings allow.</param>
    /// <param name="usual">The length when none is asked for.</param>
    internal int LengthFor(PretrainedModel model, Tokenizer tokenizer, int usual = int.MaxValue) =>
        Math.Min(MaxLength ?? usual, Math.Min(model.Config.MaxTokenCount, tokenizer.Settings.ModelMaximumLength ?? int.MaxValue));
}
