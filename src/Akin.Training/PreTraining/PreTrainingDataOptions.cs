using Akin.Hub;

namespace Akin.Training.PreTraining;

/// <summary>How texts become BERT's pre-training examples; names and defaults of google-research/bert's <c>create_pretraining_data.py</c>. Immutable.</summary>
public sealed record PreTrainingDataOptions
{
    /// <summary>A folder with a tokenizer, or its name on the hub.</summary>
    public required string Model { get; init; }

    /// <summary>The texts: a sentence a line, an empty line between documents; also .gz.</summary>
    public required string Input { get; init; }

    /// <summary>The folder for the examples, in the layout of Python's <c>save_to_disk</c>; it must not exist or be empty.</summary>
    public required string Output { get; init; }

    /// <summary>What the texts are written in, where no byte-order mark tells, such as <c>cp949</c> or <c>gb18030</c>. Default: UTF-8.</summary>
    public string? Encoding { get; init; }

    /// <summary>Tokens of an example, special tokens included. Default: 128.</summary>
    public int MaxLength { get; init; } = 128;

    /// <summary>The most masked tokens of an example. Default: 20.</summary>
    public int MaxPredictions { get; init; } = 20;

    /// <summary>The share of tokens that are masked. Default: 0.15.</summary>
    public double MaskProbability { get; init; } = 0.15;

    /// <summary>Whether whole words are masked, all pieces of a word together. Default: no.</summary>
    public bool WholeWords { get; init; }

    /// <summary>How often the texts are gone through, each time with other pairs and masks. Default: 10.</summary>
    public int Duplicates { get; init; } = 10;

    /// <summary>How often a document is cut into examples shorter than <see cref="MaxLength"/>, as texts in use are. Default: 0.1.</summary>
    public double ShortShare { get; init; } = 0.1;

    /// <summary>Seeds pairs, masks and the order. Default: 12345.</summary>
    public ulong Seed { get; init; } = 12345;

    /// <summary>How a tokenizer that is not a local folder is found.</summary>
    public HubOptions? Hub { get; init; }
}
