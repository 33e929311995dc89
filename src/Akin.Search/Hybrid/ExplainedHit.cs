using Akin.Search.Passages;

namespace Akin.Search.Hybrid;

/// <summary>A document found, with how it was found.</summary>
/// <param name="Document">The document.</param>
/// <param name="Score">The score that it is ranked by; larger is better.</param>
public sealed record ExplainedHit(Document Document, float Score)
{
    /// <summary>What the search by vector says; <see langword="null"/> where only words were searched.</summary>
    public RankedScore? Meaning { get; init; }

    /// <summary>What the search by words says; <see langword="null"/> where no word of the query is in the document, or only meaning was searched.</summary>
    public RankedScore? Words { get; init; }

    /// <summary>What a re-ranker says; <see langword="null"/> where none read it. Its rank is that among the documents it read.</summary>
    public RankedScore? Rerank { get; init; }

    /// <summary>The hits of a search by vector.</summary>
    /// <param name="hits">Best first.</param>
    public static IReadOnlyList<ExplainedHit> ByMeaning(IReadOnlyList<SearchHit> hits) =>
        [.. Numbered(hits).Select(hit => new ExplainedHit(hit.Document, hit.Score.Score) { Meaning = hit.Score })];

    /// <summary>The hits of a search by words.</summary>
    /// <param name="hits">Best first.</param>
    public static IReadOnlyList<ExplainedHit> ByWords(IReadOnlyList<SearchHit> hits) =>
        [.. Numbered(hits).Select(hit => new ExplainedHit(hit.Document, hit.Score.Score) { Words = hit.Score })];

    /// <summary>The same hits in the order of a re-ranker's scores; equals stay in their order.</summary>
    /// <param name="hits">What was found.</param>
    /// <param name="scores">The re-ranker's score of each.</param>
    public static IReadOnlyList<ExplainedHit> Reranked(IReadOnlyList<ExplainedHit> hits, IReadOnlyList<float> scores)
    {
        ArgumentNullException.ThrowIfNull(hits);
        ArgumentNullException.ThrowIfNull(scores);
        ArgumentOutOfRangeException.ThrowIfNotEqual(scores.Count, hits.Count);
        return
        [
            .. hits.Zip(scores).OrderByDescending(pair => pair.Second)
                .Select((pair, i) => pair.First with { Score = pair.Second, Rerank = new RankedScore(i + 1, pair.Second, pair.Second) }),
        ];
    }

    /// <summary>Of every document its best passage, with the score that <see cref="PassageGroup.Of"/> gives the document.</summary>
    /// <param name="hits">Passages that were found.</param>
    /// <param name="score">What becomes of the scores of a document's passages.</param>
    public static IReadOnlyList<ExplainedHit> Grouped(IReadOnlyList<ExplainedHit> hits, PassageScore score)
    {
        ArgumentNullException.ThrowIfNull(hits);
        Dictionary<string, ExplainedHit> byId = hits.ToDictionary(hit => hit.Document.Id, StringComparer.Ordinal);
        return [.. PassageGroup.Of([.. hits.Select(hit => new SearchHit(hit.Document, hit.Score))], score).Select(group => byId[group.Passages[0].Document.Id] with { Score = group.Score })];
    }

    private static IEnumerable<(Document Document, RankedScore Score)> Numbered(IReadOnlyList<SearchHit> hits)
    {
        ArgumentNullException.ThrowIfNull(hits);
        return hits.Select((hit, i) => (hit.Document, new RankedScore(i + 1, hit.Score, hit.Score)));
    }
}
