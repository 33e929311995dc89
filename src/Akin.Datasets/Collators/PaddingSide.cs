namespace Akin.Datasets.Collators;

/// <summary>Where short sequences are filled up.</summary>
public enum PaddingSide
{
    /// <summary>After the last token.</summary>
    Right,

    /// <summary>Before the first token.</summary>
    Left,
}
