namespace Akin.Search.Passages;

/// <summary>The passages of one document that were found.</summary>
/// <param name="DocumentId">The document.</param>
/// <param name="Score">Its score.</param>
/// <param name="Passages">The passages, best first.</param>
public sealed record PassageGroup(string DocumentId, float Score, IReadOnlyList<SearchHit> Passages)
{
    /// <summary>Passages to look at for a document that is wanted.</summary>
    public const int PassagesPerDocument = 10;

    /// <summary>Joins passages of the same document; a hit that is no passage is a group of its own.</summary>
    /// <param name="hits">What was found: for ten documents, some fifty passages.</param>
    /// <param name="score">What becomes of their scores.</param>
    /// <returns>Documents, best first.</returns>
    public static IReadOnlyList<PassageGroup> Of(IReadOnlyList<SearchHit> hits, PassageScore score = PassageScore.Max)
    {
        ArgumentNullException.ThrowIfNull(hits);
        return
        [
            .. hits.GroupBy(hit => DocumentOf(hit.Document))
                .Select(group => new PassageGroup(group.Key, Joined(group, score), [.. group.OrderByDescending(hit => hit.Score)]))
                .OrderByDescending(group => group.Score),
        ];
    }

    private static string DocumentOf(Document document) => document.Field($"{PassageSplitter.Field}.document")?.GetValue<string>() ?? document.Id;

    private static float Joined(IEnumerable<SearchHit> hits, PassageScore score) => score switch
    {
        PassageScore.Max => hits.Max(hit => hit.Score),
        PassageScore.Mean => hits.Average(hit => hit.Score),
        PassageScore.Sum => hits.Sum(hit => hit.Score),
        _ => throw new ArgumentOutOfRangeException(nameof(score), score, null),
    };
}
