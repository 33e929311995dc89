namespace Akin.Client.Messages;

/// <summary>A document's place in an order.</summary>
/// <param name="Index">Which document of the request, from 0 on.</param>
/// <param name="RelevanceScore">The model's score; larger is better.</param>
public sealed record RerankResult(int Index, double RelevanceScore)
{
    /// <summary>The document, where it was asked for.</summary>
    public RerankDocument? Document { get; init; }
}
