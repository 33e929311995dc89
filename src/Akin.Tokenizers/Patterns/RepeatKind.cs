namespace Akin.Tokenizers.Patterns;

/// <summary>How a repetition chooses its length.</summary>
internal enum RepeatKind
{
    /// <summary>As long as possible first.</summary>
    Greedy,

    /// <summary>As short as possible first.</summary>
    Lazy,

    /// <summary>As long as possible, and nothing else.</summary>
    Possessive,
}
