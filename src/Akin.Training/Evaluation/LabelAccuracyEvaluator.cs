using System.Numerics.Tensors;
using Akin.Search;

namespace Akin.Training.Evaluation;

/// <summary>How often a classifier on top of the embeddings, such as that of <c>SoftmaxLoss</c>, finds the right class.</summary>
/// <remarks>Gives <c>accuracy</c>. Texts get the model's default prompt. File: <c>accuracy_evaluation_NAME_results.csv</c>.</remarks>
public sealed class LabelAccuracyEvaluator : SentenceEvaluator
{
    private readonly IReadOnlyList<IReadOnlyList<string>> _columns;
    private readonly IReadOnlyList<int> _labels;
    private readonly ClassifyEmbeddings _classify;

    /// <param name="columns">The texts, <c>[columns][examples]</c>: one column for single sentences, two for pairs.</param>
    /// <param name="labels">The class number of each example; at least one.</param>
    /// <param name="classify">The classifier.</param>
    /// <exception cref="ArgumentException">The lists differ in length, or are empty.</exception>
    public LabelAccuracyEvaluator(IReadOnlyList<IReadOnlyList<string>> columns, IReadOnlyList<int> labels, ClassifyEmbeddings classify)
    {
        ArgumentNullException.ThrowIfNull(classify);
        RequireSome(columns.Count, "columns");
        RequireSome(labels.Count, "examples");
        foreach (IReadOnlyList<string> column in columns)
        {
            RequireEqual(column.Count, labels.Count, "texts and labels");
        }

        _columns = columns;
        _labels = labels;
        _classify = classify;
    }

    /// <inheritdoc/>
    public override EvaluatorScores Evaluate(
        IEncoder model, EvaluationOutput? output = null, IProgress<int>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        EncodedCount count = new(progress);
        float[][][] embeddings = [.. _columns.Select(column => Embed(model.EncodeSentences, column, count, cancellationToken))];
        int right = 0;
        for (int i = 0; i < _labels.Count; i++)
        {
            right += TensorPrimitives.IndexOfMax(_classify([.. embeddings.Select(column => column[i])])) == _labels[i] ? 1 : 0;
        }

        double accuracy = (double)right / _labels.Count;
        if (output is not null)
        {
            EvaluationTable table = new(FileName("accuracy_evaluation", "_results.csv"));
            table.Add("accuracy", accuracy);
            table.AppendTo(output);
        }

        return Named(new Dictionary<string, double> { ["accuracy"] = accuracy }, "accuracy");
    }
}
