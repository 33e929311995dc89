using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Akin.Search.Filters;
using Akin.Search.Storage;
using Akin.Tokenizers;
using Akin.Tokenizers.Text;

namespace Akin.Search.Passages;

/// <summary>Cuts long documents into passages that are indexed in their place, so that a search points at the place and not at the book.</summary>
/// <remarks>
/// A passage of document <c>x</c> is a document <c>x#1</c>, <c>x#2</c> … with the same title and metadata and besides <c>"passage": {"document", "start", "end"}</c>: the
/// document's identifier and the place in its text, in UTF-16 units. <see cref="PassageGroup.Of"/> joins what was found.
/// </remarks>
public sealed class PassageSplitter
{
    /// <summary>The metadata field that says where a passage stands.</summary>
    internal const string Field = "passage";

    private readonly Func<string, IReadOnlyList<TextSpan>> _tokens;
    private readonly PassageOptions _options;

    /// <param name="tokens">The places of a text's tokens, in order: those of the model's tokenizer.</param>
    /// <param name="options">How documents are cut; the defaults when null.</param>
    /// <exception cref="ArgumentOutOfRangeException">A passage has no token, or repeats all of the one before.</exception>
    public PassageSplitter(Func<string, IReadOnlyList<TextSpan>> tokens, PassageOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        (_tokens, _options) = (tokens, options ?? new PassageOptions());
        _options.Check();
    }

    /// <summary>The passages of a document; one that is short enough, or has no text, gives one.</summary>
    /// <param name="document">The document.</param>
    /// <exception cref="PassageException">It has a metadata field <c>passage</c> already, or its metadata is no JSON object.</exception>
    public IEnumerable<Document> Split(Document document)
    {
        ArgumentNullException.ThrowIfNull(document);
        JsonObject metadata = MetadataOf(document);
        return Places(document.Text).Select((place, i) =>
        {
            JsonObject own = metadata.DeepClone().AsObject();
            own[Field] = new JsonObject { ["document"] = document.Id, ["start"] = place.Start, ["end"] = place.End };
            return new Document(Id(document.Id, i + 1), document.Text[place.Start..place.End]) { Title = document.Title, Metadata = own.ToJsonString() };
        });
    }

    /// <summary>Deletes what an index holds of a document from former times: the whole document, and passages beyond those it has now.</summary>
    /// <param name="store">The index.</param>
    /// <param name="documentId">The document.</param>
    /// <param name="count">How many passages it has now.</param>
    /// <returns>How many were deleted.</returns>
    /// <exception cref="SearchIndexException">The store cannot be read or written.</exception>
    public static int RemoveFormer(DocumentStore store, string documentId, int count)
    {
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(documentId);
        HashSet<string> present = [.. Enumerable.Range(1, count).Select(number => Id(documentId, number))];
        DocumentFilter ofDocument = DocumentFilter.Parse(new JsonObject { [$"{Field}.document"] = documentId });
        string[] former = [.. store.Find(ofDocument).Select(passage => passage.Id).Append(documentId).Where(id => !present.Contains(id))];
        return store.Delete(former);
    }

    /// <summary>Where a text is cut.</summary>
    /// <param name="text">The text.</param>
    /// <returns>Places in UTF-16 units, in order, at least one; they overlap by as much as the options say.</returns>
    public IReadOnlyList<TextSpan> Places(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        TextSpan[] tokens = [.. _tokens(text).Where(token => token.Length > 0)];
        if (tokens.Length <= _options.Length)
        {
            return [new TextSpan(0, text.Length)];
        }

        List<TextSpan> places = [];
        int[] borders = Borders(text, tokens);
        for (int first = 0; ;)
        {
            // As many whole units as fit; of one that does not, as much as fits.
            int whole = Last(borders, first + _options.Length), end = whole > first ? whole : Math.Min(first + _options.Length, tokens.Length);
            places.Add(new TextSpan(tokens[first].Start, tokens[end - 1].End));
            if (end == tokens.Length)
            {
                return places;
            }

            // The follower begins at the first border that repeats no more than it may, if it then reaches further than this one.
            first = borders.FirstOrDefault(border => border >= end - _options.Overlap && border > first && border < end && Last(borders, border + _options.Length) > end, end);
        }
    }

    private static string Id(string documentId, int number) => string.Create(CultureInfo.InvariantCulture, $"{documentId}#{number}");

    // Numbers of the tokens that begin a unit, ascending, and the number of tokens.
    private int[] Borders(string text, TextSpan[] tokens)
    {
        if (_options.Unit == PassageUnit.Token)
        {
            return [.. Enumerable.Range(0, tokens.Length + 1)];
        }

        SortedSet<int> borders = [tokens.Length];
        int token = 0;
        foreach (TextSpan sentence in SentenceSplitter.Split(text.AsSpan()))
        {
            while (token < tokens.Length && tokens[token].Start < sentence.Start)
            {
                token++;
            }

            borders.Add(token);
        }

        return [.. borders];
    }

    // The greatest border that is not beyond a token.
    private static int Last(int[] borders, int limit)
    {
        int place = Array.BinarySearch(borders, limit);
        return place >= 0 ? borders[place] : place == -1 ? -1 : borders[~place - 1];
    }

    private static JsonObject MetadataOf(Document document)
    {
        JsonNode? metadata;
        try
        {
            metadata = document.Metadata is null ? new JsonObject() : JsonNode.Parse(document.Metadata);
        }
        catch (JsonException error)
        {
            throw new PassageException(document.Id, $"its metadata is not JSON: {error.Message}", error);
        }

        return metadata switch
        {
            JsonObject fields when fields.ContainsKey(Field) => throw new PassageException(document.Id, $"it has a field '{Field}' already, where passages say where they stand: rename it"),
            JsonObject fields => fields,
            _ => throw new PassageException(document.Id, "its metadata is no JSON object"),
        };
    }
}
