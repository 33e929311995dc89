using System.Text.Json.Serialization;

namespace Akin.Client.Messages;

/// <summary>A document to be re-ranked; read from a string or from an object with a <c>text</c>, written as the object.</summary>
/// <param name="Text">What is read.</param>
[JsonConverter(typeof(RerankDocumentConverter))]
public sealed record RerankDocument(string Text);
