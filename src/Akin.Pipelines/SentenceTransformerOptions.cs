using Akin.Hub;
using Akin.Kernels;

namespace Akin.Pipelines;

/// <summary>How a <see cref="SentenceTransformer"/> is loaded.</summary>
public sealed record SentenceTransformerOptions
{
    /// <summary>How many leading dimensions of every embedding are kept, at least 1 (for models trained for it); null, the default: what the model's folder says, else all.</summary>
    public int? TruncateDimension { get; init; }

    /// <summary>The most tokens read of a text, special tokens included, at least 2; null, the default: what the model's folder says. Never more than the model can take.</summary>
    public int? MaxSequenceLength { get; init; }

    /// <summary>The threads to use; null, the default: <see cref="WorkerPool.Shared"/>, all of them.</summary>
    public WorkerPool? Pool { get; init; }

    /// <summary>
    /// Whether to leave the tokenizer out, for a folder that has none: only <see cref="SentenceTransformer.EncodeTokenIds(IReadOnlyList{int[]}, EmbeddingOptions?, int, WorkerPool?, CancellationToken)"/> works then, and a length limit that
    /// stands in the tokenizer's settings does not apply. Default: no.
    /// </summary>
    public bool WithoutTokenizer { get; init; }

    /// <summary>Whether the model will be trained: weights require gradients and stay row-major beside their packed form. Default: no.</summary>
    public bool IsTrainable { get; init; }

    /// <summary>Whether the encoder begins with new weights: its folder then needs <c>config.json</c> and the tokenizer only. Default: no.</summary>
    public bool FromScratch { get; init; }

    /// <summary>Seeds new weights. Default: 0.</summary>
    public ulong Seed { get; init; }

    /// <summary>How a model that is not a local folder is found.</summary>
    public HubOptions? Hub { get; init; }
}
