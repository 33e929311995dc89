namespace Akin.Tokenizers.PreTokenizers;

/// <summary>When <see cref="Metaspace"/> puts its mark before a piece that does not start with it.</summary>
public enum PrependScheme
{
    /// <summary>Before every piece.</summary>
    Always,

    /// <summary>Only before the piece that starts the text.</summary>
    First,

    /// <summary>Not at all.</summary>
    Never,
}
