using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Akin.Search;
using Akin.Search.Filters;
using Akin.Search.Hybrid;
using Akin.Search.Lexical;
using ModelContextProtocol;
using ModelContextProtocol.Server;

namespace Akin.Cli.Mcp;

/// <summary>An index as tools of a language model: search, get, describe.</summary>
/// <remarks>Thread-safe: a client may call tools at once. Nothing here writes to the index.</remarks>
internal sealed class IndexTools : IDisposable
{
    private const int DefaultCount = 5;
    private const int MostCount = 50;
    private const int MostOffset = 10_000;

    /// <summary>Characters of a document's text in an answer: some two hundred words, so that a handful of documents leaves a language model room to think.</summary>
    private const int TextLength = 1200;

    private const int MostFields = 40;
    private const int MostValues = 12;

    // Of these, what stands in the description of a tool, which a language model reads again and again.
    private const int MostNamedFields = 12;
    private const int MostNamedValues = 6;
    private const int LongestNamedValue = 40;

    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        TypeInfoResolver = new DefaultJsonTypeInfoResolver(),
    };

    private readonly SemanticIndex _meaning;
    private readonly LexicalIndex _words;
    private readonly HybridIndex _both;
    private readonly LexicalHighlighter _highlighter;

    /// <param name="index">The index; it stays the caller's.</param>
    public IndexTools(SemanticIndex index)
    {
        LexicalOptions options = new();
        _meaning = index;
        _words = new LexicalIndex(index.Store, options);
        _both = new HybridIndex(index, _words);
        _highlighter = new LexicalHighlighter(options.Scoring.Analyzer);
    }

    /// <summary>The tools, described for the index as it is now.</summary>
    public McpServerPrimitiveCollection<McpServerTool> Tools()
    {
        DescribedIndex index = Describe(CancellationToken.None);
        string fields = index.Fields.Count == 0 ? "Its documents have no fields to filter by." : $"Fields to filter by: {string.Join("; ", index.Fields.Take(MostNamedFields).Select(Named))}.";
        return
        [
            Tool(
                Search,
                "search",
                "Search the documents",
                $"Finds the documents of this collection ({index.Documents:N0} documents) that fit a query best, by meaning and by words. Use it before answering a question that the collection may "
                + $"answer, and name the documents that an answer rests on by their id. Questions and documents may be in different languages. {fields}"),
            Tool(
                Get,
                "get_document",
                "Read a document",
                "Gives the whole text and all fields of a document. Use it when a search shows only a part of a document and the rest matters."),
            Tool(
                Describe,
                "describe_index",
                "What the collection holds",
                "Tells how many documents the collection holds and which fields they have with their most frequent values. Use it before writing a filter."),
        ];
    }

    public void Dispose() => _words.Dispose();

    private FoundDocuments Search(
        [Description("What to look for: a question or a statement in natural language. With mode words also +must -mustnot \"a phrase\" AND OR NOT ( ).")] string query,
        [Description("hybrid finds by meaning and by words, and is best for most queries; dense by meaning alone, for what is said in other words; words by words alone, for names, numbers and exact phrases.")]
        [AllowedValues("hybrid", "dense", "words")] string mode = "hybrid",
        [Description("How many documents are wanted at most.")][Range(1, MostCount)] int count = DefaultCount,
        [Description("How many of the best are passed over, to see the next page.")][Range(0, MostOffset)] int offset = 0,
        [Description("""What documents must fulfil, an object such as {"lang": "ko", "price": {"$lt": 50}}; operators $eq $ne $gt $gte $lt $lte $in $nin $regex $exists $size, joined by $and $or $not. Dates are ISO 8601 texts.""")]
        JsonElement? filter = null,
        CancellationToken cancellation = default)
    {
        if (string.IsNullOrWhiteSpace(query))
        {
            throw new McpException("query is empty: say what to look for.");
        }

        RequireWithin("count", count, 1, MostCount);
        RequireWithin("offset", offset, 0, MostOffset);
        try
        {
            VectorSearchOptions options = new() { Filter = FilterOf(filter), Offset = offset };
            LexicalQuery words = mode == "words" ? LexicalQuery.Parse(query) : LexicalQuery.Words(query);
            IReadOnlyList<SearchHit> hits = mode switch
            {
                "hybrid" => _both.Search(query, count, options, cancellation),
                "dense" => _meaning.SearchMany([query], count, options, cancellation)[0],
                "words" => _words.Search(words, count, options, cancellation),
                _ => throw new McpException($"mode is hybrid, dense or words, not {mode}."),
            };
            return new FoundDocuments([.. hits.Select(hit => Shown(hit, words))]);
        }
        catch (Exception error) when (error is InvalidFilterException or LexicalQueryException or SearchIndexException)
        {
            throw new McpException(error.Message, error);
        }
    }

    private FoundDocument Get([Description("The document's identifier, as search gives it.")] string id)
    {
        Document document = _meaning.Store.Get(id) ?? throw new McpException($"There is no document '{id}': take an id that search has given.");
        return new FoundDocument(document.Id, document.Text, Title: document.Title, Fields: FieldsOf(document));
    }

    private DescribedIndex Describe(CancellationToken cancellation)
    {
        DescribedField[] fields =
        [
            .. _meaning.Store.FieldNames(cancellation).Take(MostFields).Select(field =>
                new DescribedField(field.Name, field.Documents, [.. _meaning.Store.Facet(field.Name, filter: null, cancellation).Take(MostValues).Select(value => value.Value)])),
        ];
        return new DescribedIndex(_meaning.Store.Count, _meaning.Store.Facts.Model, fields);
    }

    private FoundDocument Shown(SearchHit hit, LexicalQuery words)
    {
        Document document = hit.Document;
        bool isPart = document.Text.Length > TextLength;
        string text = isPart ? _highlighter.Snippet(document.Text, words, TextLength) : document.Text;
        return new FoundDocument(document.Id, text, hit.Score, document.Title, isPart ? true : null, FieldsOf(document));
    }

    private static string Named(DescribedField field)
    {
        string[] values = [.. field.Values.Select(value => value.ToJsonString(Json)).Where(value => value.Length <= LongestNamedValue).Take(MostNamedValues)];
        return values.Length == 0 ? field.Name : $"{field.Name} ({string.Join(", ", values)}{(values.Length < field.Values.Count ? ", …" : "")})";
    }

    private static JsonElement? FieldsOf(Document document) => document.Metadata is { } metadata ? JsonElement.Parse(metadata) : null;

    /// <summary>Some clients send an object as the text of one.</summary>
    private static DocumentFilter? FilterOf(JsonElement? filter) => filter switch
    {
        null or { ValueKind: JsonValueKind.Null or JsonValueKind.Undefined } => null,
        { ValueKind: JsonValueKind.String } text => DocumentFilter.Parse(text.GetString()!),
        { } value => DocumentFilter.Parse(value.GetRawText()),
    };

    private static void RequireWithin(string name, int value, int least, int most)
    {
        if (value < least || value > most)
        {
            throw new McpException($"{name} is {least} to {most}, not {value}.");
        }
    }

    private static McpServerTool Tool(Delegate method, string name, string title, string description) => McpServerTool.Create(method, new McpServerToolCreateOptions
    {
        Name = name,
        Title = title,
        Description = description,
        ReadOnly = true,
        Destructive = false,
        Idempotent = true,
        OpenWorld = false,
        UseStructuredContent = true,
        SerializerOptions = Json,
    });
}
