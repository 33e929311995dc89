namespace Akin.Search.Passages;

/// <summary>Where passages may begin and end.</summary>
public enum PassageUnit
{
    /// <summary>Between sentences; only a sentence longer than a passage is cut.</summary>
    Sentence,

    /// <summary>Between tokens: all passages but the last are equally long.</summary>
    Token,
}
