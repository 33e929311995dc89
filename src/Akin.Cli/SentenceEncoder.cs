using Akin.Pipelines;
using Akin.Search;

namespace Akin.Cli;

/// <summary>Gives search what it asks of an encoder: documents and questions through one SentenceTransformer, with the prompts it has for each.</summary>
internal sealed class SentenceEncoder(SentenceTransformer model, EmbeddingOptions? options = null) : IEncoder
{
    public string ModelName => model.Name;

    public int Dimension => model.Dimension;

    public float[][] Encode(IReadOnlyList<string> texts, CancellationToken cancellationToken) =>
        model.EncodeDocuments(texts, options, progress: null, cancellationToken);

    public float[][] EncodeQueries(IReadOnlyList<string> queries, CancellationToken cancellationToken) =>
        model.EncodeQueries(queries, options, progress: null, cancellationToken);
}
