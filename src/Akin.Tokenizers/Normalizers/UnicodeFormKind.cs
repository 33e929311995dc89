namespace Akin.Tokenizers.Normalizers;

/// <summary>The normalization forms of Unicode (UAX #15), named as in <c>tokenizer.json</c>.</summary>
public enum UnicodeFormKind
{
    /// <summary>Canonical composition.</summary>
    NFC,

    /// <summary>Canonical decomposition.</summary>
    NFD,

    /// <summary>Compatibility composition.</summary>
    NFKC,

    /// <summary>Compatibility decomposition.</summary>
    NFKD,
}
