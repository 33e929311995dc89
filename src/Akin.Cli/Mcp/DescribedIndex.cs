using System.ComponentModel;

namespace Akin.Cli.Mcp;

/// <summary>An index as a language model is told of it.</summary>
/// <param name="Documents">Documents that it holds.</param>
/// <param name="Model">The model whose vectors it keeps.</param>
/// <param name="Fields">What a filter can ask for, the most frequent first.</param>
internal sealed record DescribedIndex(
    [property: Description("Number of documents.")] long Documents,
    [property: Description("The sentence encoder that finds by meaning.")] string Model,
    [property: Description("Fields that filters can use, the most frequent first.")] IReadOnlyList<DescribedField> Fields);
