namespace Akin.Pipelines;

/// <summary>How a <see cref="CrossEncoder"/> is loaded. Immutable.</summary>
public sealed record CrossEncoderOptions : PipelineOptions
{
    /// <summary>What becomes of raw scores. Default: what the model says, else the sigmoid for one label and nothing for several.</summary>
    public ScoreActivation? Activation { get; init; }

    /// <summary>Whether the model will be trained: a head that the checkpoint lacks, or one of another size, is made new. Default: no.</summary>
    public bool IsTrainable { get; init; }

    /// <summary>How many scores a pair is given, for a model that will be trained. Default: as many as its head gives, and 1 where it has none.</summary>
    public int? LabelCount { get; init; }

    /// <summary>Whether all weights of a model that will be trained are made new: of its folder only the configuration and the tokenizer are used. Default: no.</summary>
    public bool FromScratch { get; init; }

    /// <summary>Seeds new weights. Default: 0.</summary>
    public ulong Seed { get; init; }
}
