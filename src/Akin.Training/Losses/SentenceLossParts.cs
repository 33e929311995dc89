using Akin.Pipelines;
using Akin.Search;

namespace Akin.Training.Losses;

/// <summary>What <see cref="SentenceLosses.Create"/> needs for some of the losses.</summary>
public sealed record SentenceLossParts
{
    /// <summary>Floats per embedding of the model.</summary>
    public required int EmbeddingSize { get; init; }

    /// <summary>The number of classes (<see cref="SoftmaxLoss"/>).</summary>
    public int? LabelCount { get; init; }

    /// <summary>The guide of <see cref="GISTEmbedLoss"/>.</summary>
    public IEncoder? Guide { get; init; }

    /// <summary>The model that is trained (<see cref="DenoisingAutoEncoderLoss"/>).</summary>
    public SentenceTransformer? Model { get; init; }

    /// <summary>Loads the model once more, to be trained (<see cref="ContrastiveTensionLoss"/>).</summary>
    public Func<SentenceTransformer>? Twin { get; init; }

    /// <summary>Texts encoded at a time by the losses that are cached. Default: 32.</summary>
    public int MiniBatchSize { get; init; } = MiniBatches.DefaultSize;

    /// <summary>Seeds the weights that a loss has of its own. Default: 0.</summary>
    public ulong Seed { get; init; }
}
