using Akin.Client.Messages;
using Akin.Search.Filters;
using Akin.Search.Hybrid;
using Akin.Search.Lexical;
using Akin.Search.Passages;
using Akin.Search.Ranking;
using Akin.Server.Http;

namespace Akin.Server.Indexes;

/// <summary>A search request that has been understood.</summary>
internal sealed record SearchPlan
{
    private const int DefaultCount = 10;
    private const int MostHits = 1000;
    private const int LastHit = 10_000;
    private const int MostFacets = 20;
    private const int MostFields = 100;

    private SearchPlan()
    {
    }

    public required string Query { get; init; }

    public string? SimilarTo { get; private init; }

    public bool ByMeaning { get; private init; }

    public bool ByWords { get; private init; }

    public HybridWeights? Weights { get; private init; }

    /// <summary>The query as the search by words understands it; its words are marked in what is found.</summary>
    public required LexicalQuery Words { get; init; }

    public int Count { get; private init; }

    public int Offset { get; private init; }

    public DocumentFilter? Filter { get; private init; }

    public string? Reranker { get; private init; }

    public PassageScore? Group { get; private init; }

    public IReadOnlyList<string>? Fields { get; private init; }

    public IReadOnlyList<string> Facets { get; private init; } = [];

    public bool Highlights { get; private init; }

    public bool FindsSentences { get; private init; }

    public bool Explains { get; private init; }

    /// <summary>How the request calls it.</summary>
    public string Mode => ByMeaning && ByWords ? "hybrid" : ByMeaning ? "dense" : "words";

    /// <summary>How many documents are to be found first, so that enough are left when some were joined or put in another order.</summary>
    public int Depth
    {
        get
        {
            int depth = Offset + Count + (SimilarTo is null ? 0 : 1);
            depth = Group is null ? depth : depth * PassageGroup.PassagesPerDocument;
            return Reranker is null ? depth : Math.Max(depth, HitReranking.DefaultDepth);
        }
    }

    /// <summary>Understands a request.</summary>
    /// <param name="request">The request.</param>
    /// <param name="rerankers">The re-rankers that there are.</param>
    /// <param name="maxTextLength">The longest query, in UTF-16 units.</param>
    /// <exception cref="RequestException">It cannot be understood; the error names the field.</exception>
    public static SearchPlan Of(IndexSearchRequest request, IReadOnlyList<string> rerankers, int maxTextLength)
    {
        string query = request.Query ?? "";
        if ((request.Query is null) == (request.SimilarTo is null))
        {
            throw RequestException.Invalid("query", "Say what to look for: a query, or similar_to with the id of a document (one of the two).");
        }

        if (request.Query is not null && string.IsNullOrWhiteSpace(query))
        {
            throw RequestException.Invalid("query", "The query is empty.");
        }

        if (query.Length > maxTextLength)
        {
            throw RequestException.Invalid("query", $"The query has {query.Length} characters; {maxTextLength} are the most.");
        }

        string mode = request.Mode ?? (request.SimilarTo is null ? "hybrid" : "dense");
        if (mode is not ("dense" or "words" or "hybrid"))
        {
            throw RequestException.Invalid("mode", "The mode is dense, words or hybrid.");
        }

        if (request.SimilarTo is not null && mode != "dense")
        {
            throw RequestException.Invalid("mode", "Documents similar_to one are found by meaning: leave the mode out, or dense.");
        }

        if (request.SimilarTo is not null && (request.Highlight == true || request.Sentence == true || request.Rerank is { IsWanted: true }))
        {
            throw RequestException.Invalid("similar_to", "highlight, sentence and rerank need a query.");
        }

        if (request.Meaning is not null && (mode != "hybrid" || request.Meaning is not (>= 0 and <= 1)))
        {
            throw RequestException.Invalid("meaning", "How much meaning counts is a number from 0 to 1, in mode hybrid.");
        }

        return new SearchPlan
        {
            Query = query,
            SimilarTo = request.SimilarTo,
            ByMeaning = mode != "words",
            ByWords = mode != "dense",
            Weights = request.Meaning is { } share ? HybridWeights.OfMeaning(share) : null,
            Words = mode == "words" ? WordsOf(query) : LexicalQuery.Words(query),
            Count = Bounded("count", request.Count ?? DefaultCount, 1, MostHits),
            Offset = Bounded("offset", request.Offset ?? 0, 0, LastHit),
            Filter = FilterOf(request),
            Reranker = RerankerOf(request.Rerank, rerankers),
            Group = GroupOf(request.Group),
            Fields = request.Fields is null ? null : Named("fields", request.Fields, MostFields),
            Facets = Named("facets", request.Facets ?? [], MostFacets),
            Highlights = request.Highlight ?? false,
            FindsSentences = request.Sentence ?? false,
            Explains = request.Explain ?? false,
        };
    }

    /// <summary>Reads a filter.</summary>
    /// <exception cref="RequestException">It cannot be understood.</exception>
    public static DocumentFilter FilterOf(string json)
    {
        try
        {
            return DocumentFilter.Parse(json);
        }
        catch (InvalidFilterException error)
        {
            throw RequestException.Invalid(error.Place.Length == 0 ? "filter" : $"filter.{error.Place}", error.Message);
        }
    }

    private static DocumentFilter? FilterOf(IndexSearchRequest request) =>
        request.Filter is not { ValueKind: not System.Text.Json.JsonValueKind.Null } filter ? null : FilterOf(filter.GetRawText());

    private static LexicalQuery WordsOf(string query)
    {
        try
        {
            return LexicalQuery.Parse(query);
        }
        catch (LexicalQueryException error)
        {
            throw RequestException.Invalid("query", error.Message);
        }
    }

    private static string? RerankerOf(RerankChoice? choice, IReadOnlyList<string> rerankers) => choice switch
    {
        null or { IsWanted: false } => null,
        { Model: null } when rerankers.Count > 0 => rerankers[0],
        { Model: { } name } when rerankers.Contains(name) => name,
        _ when rerankers.Count == 0 => throw RequestException.Invalid("rerank", "The server has no re-ranker: start it with one, --model PATH_OR_ID of a cross-encoder."),
        _ => throw RequestException.Invalid("rerank", $"There is no such re-ranker; there are {string.Join(", ", rerankers)}."),
    };

    private static PassageScore? GroupOf(string? group) => group switch
    {
        null => null,
        "max" => PassageScore.Max,
        "mean" => PassageScore.Mean,
        "sum" => PassageScore.Sum,
        _ => throw RequestException.Invalid("group", "Passages are grouped by max, mean or sum."),
    };

    private static IReadOnlyList<string> Named(string field, IReadOnlyList<string> names, int most) =>
        names.Count > most ? throw RequestException.Invalid(field, $"{names.Count} fields are asked for; {most} are the most.")
        : names.Any(string.IsNullOrEmpty) ? throw RequestException.Invalid(field, "A field has no name.")
        : [.. names.Distinct()];

    private static int Bounded(string field, int value, int least, int most) =>
        value >= least && value <= most ? value : throw RequestException.Invalid(field, $"It is {value}; possible are {least} to {most}.");
}
