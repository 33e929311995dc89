namespace Akin.Training.Metrics.Generation;

/// <summary>A BLEU score and what it was computed from.</summary>
/// <param name="Score">The score, 0 … 100.</param>
/// <param name="BrevityPenalty">The factor for texts shorter than their references, 0 … 1.</param>
/// <param name="Precisions">The smoothed share of hits among the n-grams of each length, in percent.</param>
/// <param name="Hits">How many n-grams of each length stand in a reference (with what add-k smoothing added).</param>
/// <param name="Totals">How many n-grams of each length there are (with what add-k smoothing added).</param>
/// <param name="Length">How many words the texts have.</param>
/// <param name="ReferenceLength">How many words the references closest in length have.</param>
/// <param name="Signature">The settings in sacreBLEU's notation, without the version.</param>
public sealed record BleuScore(
    double Score,
    double BrevityPenalty,
    IReadOnlyList<double> Precisions,
    IReadOnlyList<double> Hits,
    IReadOnlyList<double> Totals,
    long Length,
    long ReferenceLength,
    string Signature);
