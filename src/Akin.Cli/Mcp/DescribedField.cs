using System.ComponentModel;
using System.Text.Json.Nodes;

namespace Akin.Cli.Mcp;

/// <summary>A field of an index's documents, as a language model is told of it.</summary>
/// <param name="Name">As a filter names it.</param>
/// <param name="Documents">Documents that have it.</param>
/// <param name="Values">Its most frequent values.</param>
internal sealed record DescribedField(
    string Name,
    [property: Description("How many documents have it.")] long Documents,
    [property: Description("Its most frequent values.")] IReadOnlyList<JsonNode> Values);
