namespace Akin.Tokenizers;

/// <summary>Up to which length encodings are padded.</summary>
public enum PaddingStrategy
{
    /// <summary>The longest one of the batch.</summary>
    Longest,

    /// <summary>The length given.</summary>
    MaximumLength,
}
