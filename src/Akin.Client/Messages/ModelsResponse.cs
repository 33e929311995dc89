namespace Akin.Client.Messages;

/// <summary>The models of a server: <c>GET /v1/models</c>, in the shape that OpenAI's clients read.</summary>
/// <param name="Data">The models; the first of a kind is the one used where none is named.</param>
public sealed record ModelsResponse(IReadOnlyList<ModelCard> Data)
{
    /// <summary>Always <c>list</c>.</summary>
    public string Object { get; init; } = "list";
}
