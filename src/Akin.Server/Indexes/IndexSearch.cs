using System.Diagnostics;
using System.Numerics.Tensors;
using System.Text.Json;
using System.Text.Json.Nodes;
using Akin.Client.Messages;
using Akin.Search;
using Akin.Search.Hybrid;
using Akin.Search.Lexical;
using Akin.Search.Lexical.Analysis;
using Akin.Server.Batching;
using Akin.Server.Http;
using Akin.Tokenizers;
using Akin.Tokenizers.Text;

namespace Akin.Server.Indexes;

/// <summary>Answers search requests: encode, find, re-rank, join passages, and tell what was found.</summary>
internal sealed class IndexSearch(IndexModels models, AkinServerOptions options)
{
    private const int SnippetLength = 240;
    private const int MostValues = 50;

    // What is pointed at in a hit; a longer text is looked at as far as this.
    private const int MostSentences = 40;

    private static readonly LexicalHighlighter s_highlighter = new(TextAnalyzers.Default);

    /// <summary>Searches an index.</summary>
    /// <param name="index">The index.</param>
    /// <param name="request">The request.</param>
    /// <param name="limits">Deadline and cancellation; what waits for a model is taken out of its queue.</param>
    /// <exception cref="RequestException">The request cannot be understood, there is no such document, or the deadline has passed.</exception>
    public async Task<IndexSearchResponse> RunAsync(ServedIndex index, IndexSearchRequest request, RequestLimits limits)
    {
        if (limits.IsExpired)
        {
            throw RequestException.Expired(options.DeadlineSeconds);
        }

        using CancellationTokenSource ending = CancellationTokenSource.CreateLinkedTokenSource(limits.Cancellation);
        ending.CancelAfter(limits.Remaining);
        try
        {
            return await AnswerAsync(index, request, limits, ending.Token);
        }
        catch (OperationCanceledException) when (!limits.Cancellation.IsCancellationRequested)
        {
            throw RequestException.Expired(options.DeadlineSeconds);
        }
    }

    /// <summary>The error for a document that is not there.</summary>
    public static RequestException NoDocument(string field) => new(StatusCodes.Status404NotFound, "The index has no document with this identifier.", field);

    private async Task<IndexSearchResponse> AnswerAsync(ServedIndex index, IndexSearchRequest request, RequestLimits limits, CancellationToken cancellationToken)
    {
        long start = Stopwatch.GetTimestamp();
        SearchPlan plan = SearchPlan.Of(request, models.Rerankers, options.MaxTextLength);
        float[] vector = plan.SimilarTo is { } id ? index.Store.GetVector(id) ?? throw NoDocument("similar_to")
            : plan.ByMeaning || plan.FindsSentences ? await index.Encoder.EncodeQueryAsync(plan.Query, limits)
            : [];
        (IReadOnlyList<ExplainedHit> found, double? meaning) = await FindAsync(index, plan, vector, cancellationToken);
        if (plan.Reranker is { } reranker && found.Count > 0)
        {
            found = ExplainedHit.Reranked(found, await models.ScoreAsync(reranker, plan.Query, [.. found.Select(hit => hit.Document.EmbeddingText)], limits));
        }

        if (plan.Group is { } score)
        {
            found = ExplainedHit.Grouped(found, score);
        }

        ExplainedHit[] page = [.. found.Where(hit => hit.Document.Id != plan.SimilarTo).Skip(plan.Offset).Take(plan.Count)];
        HitSentence?[] sentences = plan.FindsSentences ? await SentencesAsync(index, page, vector, limits) : new HitSentence?[page.Length];
        return new IndexSearchResponse([.. page.Select((hit, i) => HitOf(hit, plan.Offset + i + 1, plan, sentences[i]))])
        {
            Facets = plan.Facets.Count == 0 ? null : plan.Facets.ToDictionary(field => field, field => FacetOf(index, plan, field, cancellationToken)),
            Mode = plan.Mode,
            Meaning = meaning,
            Reranker = plan.Reranker,
            TookMs = Math.Round(Stopwatch.GetElapsedTime(start).TotalMilliseconds, 2),
        };
    }

    private static async Task<(IReadOnlyList<ExplainedHit> Found, double? Meaning)> FindAsync(ServedIndex index, SearchPlan plan, float[] vector, CancellationToken cancellationToken)
    {
        VectorSearchOptions selection = new() { Filter = plan.Filter };
        if (!plan.ByMeaning)
        {
            return (ExplainedHit.ByWords(index.Words.Search(plan.Words, plan.Depth, new SearchOptions { Filter = plan.Filter }, cancellationToken)), null);
        }

        if (!plan.ByWords)
        {
            return (ExplainedHit.ByMeaning(index.Meaning.Vectors.SearchMany([vector], plan.Depth, selection, cancellationToken)[0]), null);
        }

        HybridIndex hybrid = plan.Weights is { } given ? new HybridIndex(index.Meaning, index.Words, given) : await index.HybridAsync(cancellationToken);
        HybridWeights weights = hybrid.Weights;
        return (hybrid.Find(plan.Query, vector, plan.Depth, selection, weights, cancellationToken), Math.Round(weights.Meaning / (weights.Meaning + weights.Words), 4));
    }

    /// <summary>Documents that are searched by meaning are near or far, so all that fulfil the filter count; of words, those that have one.</summary>
    private static IReadOnlyList<ValueCount> FacetOf(ServedIndex index, SearchPlan plan, string field, CancellationToken cancellationToken) =>
        IndexStatistics.Values(
            (plan.ByMeaning ? index.Store.Facet(field, plan.Filter, cancellationToken) : index.Words.Facet(plan.Words, field, plan.Filter, cancellationToken)).Take(MostValues));

    private static async Task<HitSentence?[]> SentencesAsync(ServedIndex index, ExplainedHit[] hits, float[] query, RequestLimits limits)
    {
        (int Hit, TextSpan Place)[] places = [.. hits.SelectMany((hit, i) => SentenceSplitter.Split(hit.Document.Text.AsSpan()).Take(MostSentences).Select(place => (i, place)))];
        string[] texts = [.. places.Select(place => hits[place.Hit].Document.Text.Substring(place.Place.Start, place.Place.Length))];
        float[][] vectors = texts.Length == 0 ? [] : await index.Encoder.EncodeDocumentsAsync(texts, limits);
        HitSentence?[] best = new HitSentence?[hits.Length];
        foreach (((int hit, TextSpan place), float[] vector) in places.Zip(vectors))
        {
            double score = TensorPrimitives.CosineSimilarity(query, vector);
            if (best[hit] is null || score > best[hit]!.Score)
            {
                best[hit] = new HitSentence(place.Start, place.End, score);
            }
        }

        return best;
    }

    private static IndexHit HitOf(ExplainedHit hit, int rank, SearchPlan plan, HitSentence? sentence)
    {
        Document document = hit.Document;
        return new IndexHit(document.Id, hit.Score, rank, document.Text)
        {
            Title = document.Title,
            Language = TextLanguage.Of(document),
            Fields = FieldsOf(document, plan.Fields),
            Highlights = plan.Highlights ? HighlightsOf(document, plan.Words) : null,
            Sentence = sentence,
            Explanation = plan.Explains ? new HitExplanation { Meaning = Part(hit.Meaning), Words = Part(hit.Words), Rerank = Part(hit.Rerank) } : null,
        };

        static ScorePart? Part(RankedScore? score) => score is { } known ? new ScorePart(known.Rank, known.Score, known.Share) : null;
    }

    private static HitHighlights HighlightsOf(Document document, LexicalQuery query)
    {
        TextRange part = s_highlighter.BestPart(document.Text, query, SnippetLength);
        return new HitHighlights(
            document.Title is { } title ? Places(s_highlighter.Matches(title, query)) : [], Places(s_highlighter.Matches(document.Text, query)), new TextPlace(part.Start, part.End));

        static IReadOnlyList<TextPlace> Places(IReadOnlyList<TextRange> ranges) => [.. ranges.Select(range => new TextPlace(range.Start, range.End))];
    }

    private static Dictionary<string, JsonElement> FieldsOf(Document document, IReadOnlyList<string>? wanted)
    {
        Dictionary<string, JsonElement> fields = [];
        if (wanted is null)
        {
            foreach (JsonProperty property in document.Metadata is { } metadata ? JsonElement.Parse(metadata).EnumerateObject() : [])
            {
                fields[property.Name] = property.Value;
            }
        }
        else
        {
            foreach (string name in wanted)
            {
                JsonNode? value = document.Field(name);
                fields[name] = JsonElement.Parse(value?.ToJsonString() ?? "null");
            }
        }

        return fields;
    }
}
