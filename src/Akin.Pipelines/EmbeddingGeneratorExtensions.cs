using Microsoft.Extensions.AI;

namespace Akin.Pipelines;

/// <summary>Models for programs that know only Microsoft.Extensions.AI.</summary>
public static class EmbeddingGeneratorExtensions
{
    /// <summary>The model as an <see cref="IEmbeddingGenerator{TInput, TEmbedding}"/>.</summary>
    /// <param name="model">The model; it stays the caller's.</param>
    /// <param name="options">Prompt, scale and dimensions of every call that does not ask for others; a generator of questions and one of documents differ in <see cref="EmbeddingOptions.PromptName"/>.</param>
    public static IEmbeddingGenerator<string, Embedding<float>> AsEmbeddingGenerator(this SentenceTransformer model, EmbeddingOptions? options = null) =>
        new LocalEmbeddingGenerator(model, options);
}
