namespace Akin.Datasets.Collators;

/// <summary>How tokens are hidden for masked language modelling (BERT, arXiv:1810.04805, section 3.1).</summary>
public sealed record TokenMaskingOptions
{
    /// <summary>The share of tokens that are to be predicted; default 0.15.</summary>
    public double Probability { get; init; } = 0.15;

    /// <summary>The share of these that become the mask token; default 0.8.</summary>
    public double MaskShare { get; init; } = 0.8;

    /// <summary>The share of these that become any token of the vocabulary, special ones and the same one included; default 0.1. The rest stay as they are.</summary>
    public double OtherShare { get; init; } = 0.1;

    /// <summary>The id of the mask token.</summary>
    public required int MaskTokenId { get; init; }

    /// <summary>How many ids there are.</summary>
    public required int VocabularySize { get; init; }

    /// <summary>Whether whole words are drawn: all pieces of a drawn word become the mask token.</summary>
    public bool WholeWords { get; init; }
}
