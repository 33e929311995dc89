using System.Text;
using System.Text.Json;

namespace Akin.Search.Storage;

/// <summary>A document with the vector it is found by.</summary>
/// <param name="Document">The document.</param>
/// <param name="Vector">Its vector `[dimension]`, finite numbers, as the encoder gave it.</param>
public readonly record struct DocumentVector(Document Document, ReadOnlyMemory<float> Vector)
{
    /// <summary>Throws unless this can be stored.</summary>
    /// <param name="place">Where to, for the message.</param>
    /// <param name="dimension">Floats per vector there.</param>
    /// <exception cref="InvalidDocumentException">The identifier is empty, metadata is no JSON object, or the vector has another length or is not finite.</exception>
    public void Check(string place, int dimension)
    {
        Document document = Document;
        if (string.IsNullOrEmpty(document.Id))
        {
            throw new InvalidDocumentException(place, "", "its identifier is empty");
        }

        // Half of a surrogate pair has no UTF-8 form: two such identifiers would become one in the store.
        foreach (Rune rune in document.Id.EnumerateRunes())
        {
            if (rune == Rune.ReplacementChar && !document.Id.Contains('\uFFFD'))
            {
                throw new InvalidDocumentException(place, document.Id, "its identifier is not valid UTF-16 (an unpaired surrogate)");
            }
        }

        if (document.Text is null)
        {
            throw new InvalidDocumentException(place, document.Id, "it has no text (an empty text is allowed)");
        }

        if (document.Metadata is not null && !IsJsonObject(document.Metadata))
        {
            throw new InvalidDocumentException(place, document.Id, "its metadata is not the text of one JSON object");
        }

        ReadOnlySpan<float> vector = Vector.Span;
        if (vector.Length != dimension)
        {
            throw new InvalidDocumentException(place, document.Id, $"its vector has {vector.Length} floats, the index stores {dimension}");
        }

        for (int i = 0; i < vector.Length; i++)
        {
            if (!float.IsFinite(vector[i]))
            {
                throw new InvalidDocumentException(place, document.Id, $"value {i} of its vector is {vector[i]}, not a finite number");
            }
        }
    }

    private static bool IsJsonObject(string text)
    {
        try
        {
            using JsonDocument json = JsonDocument.Parse(text);
            return json.RootElement.ValueKind == JsonValueKind.Object;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
