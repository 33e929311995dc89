namespace Akin.Pipelines;

/// <summary>How texts are embedded; the defaults are those of the model's folder.</summary>
public sealed record EmbeddingOptions
{
    /// <summary>The defaults.</summary>
    public static EmbeddingOptions Default { get; } = new();

    /// <summary>A text put in front of every input; empty turns the model's default prompt off; null, the default, leaves it to <see cref="PromptName"/>.</summary>
    public string? Prompt { get; init; }

    /// <summary>The name of one of the model's prompts; null, the default, means the model's own default prompt, if it has one.</summary>
    public string? PromptName { get; init; }

    /// <summary>Whether embeddings are scaled to length 1, after they were cut. Default: no, beyond what the model itself does.</summary>
    public bool Normalize { get; init; }

    /// <summary>How many leading dimensions are kept, at least 1; more than there are keeps all. Default: <see cref="SentenceTransformer.Dimension"/>.</summary>
    public int? TruncateDimension { get; init; }

    /// <summary>
    /// How many tokens a thread computes together, at least 1; a longer text is computed alone. It never changes a result. More needs more memory (about
    /// 13 kB a token for a small model); fewer are slower below about 64. Default: null, which is 192.
    /// </summary>
    public int? BatchTokens { get; init; }
}
