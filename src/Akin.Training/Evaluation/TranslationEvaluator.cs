using Akin.Kernels;
using Akin.Search;

namespace Akin.Training.Evaluation;

/// <summary>How often the sentence nearest to a source sentence, by cosine, is its own translation, and the other way round.</summary>
/// <remarks>
/// Gives <c>src2trg_accuracy</c>, <c>trg2src_accuracy</c> and their mean <c>mean_accuracy</c>, by which models are compared. Of equally near ones the first counts.
/// Texts get the model's default prompt. File: <c>translation_evaluation_NAME_results.csv</c>.
/// </remarks>
public sealed class TranslationEvaluator : SentenceEvaluator
{
    private readonly IReadOnlyList<string> _source;
    private readonly IReadOnlyList<string> _target;

    /// <param name="source">Sentences of one language; at least one.</param>
    /// <param name="target">Their translations, in the same order.</param>
    /// <exception cref="ArgumentException">The lists differ in length, or are empty.</exception>
    public TranslationEvaluator(IReadOnlyList<string> source, IReadOnlyList<string> target)
    {
        RequireEqual(source.Count, target.Count, "source and target sentences");
        RequireSome(source.Count, "sentences");
        _source = source;
        _target = target;
    }

    /// <inheritdoc/>
    public override EvaluatorScores Evaluate(
        IEncoder model, EvaluationOutput? output = null, IProgress<int>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        EncodedCount count = new(progress);
        float[][] source = Embed(model.EncodeSentences, _source, count, cancellationToken);
        float[][] target = Embed(model.EncodeSentences, _target, count, cancellationToken);
        double forward = Accuracy(source, target);
        double backward = Accuracy(target, source);
        if (output is not null)
        {
            EvaluationTable table = new(FileName("translation_evaluation", "_results.csv"));
            table.Add("src2trg", forward);
            table.Add("trg2src", backward);
            table.AppendTo(output);
        }

        return Named(
            new Dictionary<string, double> { ["src2trg_accuracy"] = forward, ["trg2src_accuracy"] = backward, ["mean_accuracy"] = (forward + backward) / 2 },
            "mean_accuracy");
    }

    private static double Accuracy(float[][] source, float[][] target)
    {
        TopK[] nearest = [.. source.Select(_ => new TopK(1))];
        EmbeddingRows.Normalized(target).Search(VectorMetric.Dot, EmbeddingRows.Normalized(source), 0, nearest);
        int[] row = [0];
        float[] score = [0];
        int right = 0;
        for (int i = 0; i < nearest.Length; i++)
        {
            nearest[i].Drain(row, score);
            right += row[0] == i ? 1 : 0;
        }

        return (double)right / nearest.Length;
    }
}
