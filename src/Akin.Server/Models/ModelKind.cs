namespace Akin.Server.Models;

/// <summary>What a model is for; read from its folder.</summary>
internal enum ModelKind
{
    /// <summary>Texts to embeddings.</summary>
    Encoder,

    /// <summary>A query and a document to a score.</summary>
    Reranker,

    /// <summary>Texts to labels.</summary>
    Classifier,
}
