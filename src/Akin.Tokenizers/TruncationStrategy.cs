namespace Akin.Tokenizers;

/// <summary>Which text of a pair is cut when both are too long together.</summary>
public enum TruncationStrategy
{
    /// <summary>The longer one, until both are equally long; the odd token goes to the longer one.</summary>
    LongestFirst,

    /// <summary>The first one only.</summary>
    OnlyFirst,

    /// <summary>The second one only.</summary>
    OnlySecond,
}
