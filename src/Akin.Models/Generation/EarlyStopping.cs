namespace Akin.Models.Generation;

/// <summary>When beam search stops looking for something better.</summary>
public enum EarlyStopping
{
    /// <summary>When the best unfinished sequence, at its present length, is no better than the worst finished one: transformers' <c>False</c>.</summary>
    No,

    /// <summary>As soon as there are as many finished sequences as beams: <c>True</c>.</summary>
    Yes,

    /// <summary>When no unfinished sequence can become better, however long it gets: <c>"never"</c>.</summary>
    Never,
}
