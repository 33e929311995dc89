using System.ComponentModel;

namespace Akin.Cli.Mcp;

/// <summary>What a search found, as a language model is shown it.</summary>
/// <param name="Documents">Best first.</param>
internal sealed record FoundDocuments([property: Description("Best first.")] IReadOnlyList<FoundDocument> Documents);
