namespace Akin.Pipelines;

/// <summary>How texts are written from others. Immutable.</summary>
public sealed record Text2TextGenerationPipelineOptions : WritingOptions
{
    /// <summary>
    /// What the model's <c>task_specific_params</c> are looked up by, such as <c>summarization</c> or <c>translation_en_to_de</c>; T5's hold the words that say what is
    /// wanted. Default: <c>text2text-generation</c>, which has none.
    /// </summary>
    public string Task { get; init; } = "text2text-generation";

    /// <summary>Whether texts that are longer than the model reads are cut. Default: no, they are an error.</summary>
    public bool Truncates { get; init; }
}
