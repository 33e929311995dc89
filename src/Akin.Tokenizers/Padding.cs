namespace Akin.Tokenizers;

/// <summary>How encodings are made equally long. Akin's models need no padding; it serves programs that want rectangular arrays.</summary>
public sealed record Padding
{
    /// <summary>Up to which length. Default: the longest of the batch.</summary>
    public PaddingStrategy Strategy { get; init; } = PaddingStrategy.Longest;

    /// <summary>The length for <see cref="PaddingStrategy.MaximumLength"/>; null takes that of the truncation, or the model's longest.</summary>
    public int? Length { get; init; }

    /// <summary>Rounds the length up to a multiple of this. Default: no rounding.</summary>
    public int? ToMultipleOf { get; init; }

    /// <summary>The end where padding is put; null takes the tokenizer's.</summary>
    public Side? Side { get; init; }

    /// <summary>The padding token; null takes the tokenizer's.</summary>
    public string? Token { get; init; }

    /// <summary>Its id; null takes that of the tokenizer's padding token.</summary>
    public int? TokenId { get; init; }

    /// <summary>Its type id; null takes the tokenizer's.</summary>
    public int? TypeId { get; init; }
}
