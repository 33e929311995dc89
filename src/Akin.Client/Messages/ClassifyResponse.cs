namespace Akin.Client.Messages;

/// <summary>The classes of texts.</summary>
/// <param name="Model">The model that read them.</param>
/// <param name="Results">For each text its labels, best first.</param>
public sealed record ClassifyResponse(string Model, IReadOnlyList<IReadOnlyList<ScoredLabel>> Results);
