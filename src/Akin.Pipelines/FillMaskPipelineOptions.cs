using Akin.Hub;
using Akin.Kernels;

namespace Akin.Pipelines;

/// <summary>How masks are filled. Immutable.</summary>
public sealed record FillMaskPipelineOptions
{
    /// <summary>How many pieces are given for a mask, at least 1. Default: 5.</summary>
    public int TopK { get; init; } = 5;

    /// <summary>Words among which is chosen, each by its first piece. Default: the whole vocabulary.</summary>
    public IReadOnlyList<string>? Targets { get; init; }

    /// <summary>Tokens of a text, special ones included; longer ones are cut. Default: what the model can take.</summary>
    public int? MaxLength { get; init; }

    /// <summary>Threads. Default: <see cref="WorkerPool.Shared"/>.</summary>
    public WorkerPool? Pool { get; init; }

    /// <summary>How a model that is not a local folder is found.</summary>
    public HubOptions? Hub { get; init; }
}
