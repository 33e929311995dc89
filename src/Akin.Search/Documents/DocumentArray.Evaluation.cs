using Akin.Search.Evaluation;
using Akin.Search.Filters;

namespace Akin.Search.Documents;

/// <summary>How good matches are.</summary>
public sealed partial class DocumentArray
{
    /// <summary>Measures the matches of documents against those that should have been found, and notes each document's values in its <see cref="DocumentNode.Evaluations"/>.</summary>
    /// <param name="truth">Documents of the same identifiers whose matches are the right ones; a match's <see cref="DocumentNode.Weight"/> is its grade, 1 when it has none.</param>
    /// <param name="measures">The measures, as trec_eval defines them (DocArray's own differ: precision is divided by what was found when that is less, for one).</param>
    /// <returns>The means by the measures' names.</returns>
    /// <exception cref="ArgumentException">A document is not in <paramref name="truth"/>, or an identifier is there twice.</exception>
    public IReadOnlyDictionary<string, double> Evaluate(DocumentArray truth, params IReadOnlyList<RetrievalMeasure> measures)
    {
        ArgumentNullException.ThrowIfNull(truth);
        Judgements judgements = new();
        foreach (DocumentNode document in Items)
        {
            DocumentNode right = truth.TryGet(document.Id, out DocumentNode? found) ? found : throw new ArgumentException($"Document '{document.Id}' is not among those that say what is right.", nameof(truth));
            foreach (DocumentNode match in right.Matches)
            {
                judgements.Add(document.Id, match.Id, match.Weight > 0 ? Math.Max(1, (int)MathF.Round(match.Weight)) : 1);
            }
        }

        return Judged(judgements, measures);
    }

    /// <summary>Measures the matches of documents by a tag: right are those that have the same value there as the document.</summary>
    /// <param name="tag">The tag, such as <c>label</c>.</param>
    /// <param name="relevantCounts">How many documents have each value in all that was searched; when null, those found are taken for all.</param>
    /// <param name="measures">The measures, as trec_eval defines them.</param>
    /// <returns>The means by the measures' names.</returns>
    /// <exception cref="ArgumentException">A document lacks the tag, or an identifier is there twice.</exception>
    public IReadOnlyDictionary<string, double> EvaluateByTag(string tag, IReadOnlyDictionary<string, int>? relevantCounts = null, params IReadOnlyList<RetrievalMeasure> measures)
    {
        ArgumentNullException.ThrowIfNull(tag);
        Judgements judgements = new();
        foreach (DocumentNode document in Items)
        {
            string label = LabelOf(document, tag) ?? throw new ArgumentException($"Document '{document.Id}' has no tag '{tag}'.", nameof(tag));
            string[] right = [.. document.Matches.Where(match => LabelOf(match, tag) == label).Select(match => match.Id)];
            foreach (string id in right)
            {
                judgements.Add(document.Id, id, 1);
            }

            if (right.Length == 0)
            {
                judgements.Add(document.Id, "\0", 0); // nothing right was found: that counts as 0, not as a query without judgements
            }

            for (int missing = right.Length; missing < (relevantCounts?.GetValueOrDefault(label) ?? 0); missing++)
            {
                judgements.Add(document.Id, $"\0{missing}", 1); // one that was not found; no document has such an identifier
            }
        }

        return Judged(judgements, measures);
    }

    private IReadOnlyDictionary<string, double> Judged(Judgements judgements, IReadOnlyList<RetrievalMeasure> measures)
    {
        RetrievalRun run = new();
        foreach (DocumentNode document in Items)
        {
            run.Add(document.Id, [.. document.Matches.Select((match, place) => new ScoredDocument(match.Id, -place))]);
        }

        RetrievalEvaluation evaluation = RetrievalEvaluation.Of(judgements, run, measures);
        foreach ((string id, IReadOnlyDictionary<string, double> values) in evaluation.PerQuery)
        {
            foreach ((string measure, double value) in values)
            {
                this[id].Evaluations[measure] = new NamedScore((float)value);
            }
        }

        return evaluation.Means;
    }

    private static string? LabelOf(DocumentNode document, string tag) =>
        FieldPath.Find(document.Tags, tag) is { } value ? FieldValue.Text(value) ?? value.ToJsonString() : null;
}
