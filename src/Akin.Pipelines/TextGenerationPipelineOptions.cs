namespace Akin.Pipelines;

/// <summary>How texts are continued. Immutable.</summary>
public sealed record TextGenerationPipelineOptions : WritingOptions
{
    /// <summary>Whether results begin with the text that was given. Default: yes.</summary>
    public bool ReturnFullText { get; init; } = true;

    /// <summary>Whether the beginning of a text that leaves no room is left out: <c>handle_long_generation="hole"</c>. Default: no, it is an error.</summary>
    public bool CutsLongTexts { get; init; }
}
