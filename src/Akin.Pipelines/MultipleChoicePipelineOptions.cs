using Akin.Hub;
using Akin.Kernels;

namespace Akin.Pipelines;

/// <summary>How texts are chosen. Immutable.</summary>
public sealed record MultipleChoicePipelineOptions
{
    /// <summary>Tokens of a text and a choice together, special tokens included; longer ones are cut. Default: what the model can take.</summary>
    public int? MaxLength { get; init; }

    /// <summary>Threads. Default: <see cref="WorkerPool.Shared"/>.</summary>
    public WorkerPool? Pool { get; init; }

    /// <summary>How a model that is not a local folder is found.</summary>
    public HubOptions? Hub { get; init; }
}
