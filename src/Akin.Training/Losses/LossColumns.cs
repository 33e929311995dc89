using Akin.Tensors;

namespace Akin.Training.Losses;

/// <summary>What a loss wants of the data: one or several forms.</summary>
/// <param name="forms">The forms, at least one.</param>
public sealed class LossColumns(params LossForm[] forms)
{
    /// <summary>The forms.</summary>
    public IReadOnlyList<LossForm> Forms { get; } = forms;

    /// <summary>Asks whether the columns of a data set fit, before anything is trained.</summary>
    /// <param name="loss">The name of the loss.</param>
    /// <param name="textColumns">The names of the text columns, in order.</param>
    /// <param name="labelColumn">The name of the label column, or <see langword="null"/> for none.</param>
    /// <returns>The form that fits.</returns>
    /// <exception cref="LossInputException">None fits; the message says what the loss wants and what was found.</exception>
    public LossForm Require(string loss, IReadOnlyList<string> textColumns, string? labelColumn)
    {
        ArgumentNullException.ThrowIfNull(textColumns);
        return Forms.FirstOrDefault(form => form.Takes(textColumns.Count, labelColumn is not null)) ?? throw new LossInputException(
            $"{loss} wants {this}. The data has {(textColumns.Count == 0 ? "no text column" : $"the text columns {string.Join(", ", textColumns)}")}"
            + $" and {(labelColumn is null ? "no label" : $"the label column {labelColumn}")}.");
    }

    /// <summary>Asks whether a batch fits, and its labels with it.</summary>
    /// <param name="loss">The name of the loss.</param>
    /// <param name="input">The batch.</param>
    /// <exception cref="LossInputException">The columns, their shapes or a label do not fit; the message says what was found, and in which row.</exception>
    public void Require(string loss, SentenceLossInput input)
    {
        ArgumentNullException.ThrowIfNull(input);
        int textCount = input.Embeddings.Count + (input.Tokens is null ? 0 : 1);
        LossForm form = Forms.FirstOrDefault(form => form.Takes(textCount, input.Labels is not null)) ?? throw new LossInputException(
            $"{loss} wants {this}. The batch has {textCount} text column(s) and {(input.Labels is null ? "no labels" : "labels")}.");
        foreach (Tensor column in input.Embeddings)
        {
            if (column.Shape.Rank != 2 || column.Shape != input.Embeddings[0].Shape)
            {
                throw new LossInputException(
                    $"{loss}: the embeddings of all columns must be of one shape [batch, size]; found {string.Join(" and ", input.Embeddings.Select(text => text.Shape))}.");
            }
        }

        if (input.Labels is { } labels)
        {
            RequireLabels(loss, form, labels, input.BatchSize);
        }
    }

    /// <summary>All forms in words.</summary>
    public override string ToString() => string.Join(", or ", Forms);

    private static void RequireLabels(string loss, LossForm form, Tensor labels, int batchSize)
    {
        bool isList = form.Label is LossLabel.Margins or LossLabel.TeacherScores or LossLabel.TeacherEmbeddings;
        int length = labels.Shape.Rank == 0 ? 1 : labels.Shape[0];
        if (length != batchSize || (!isList && labels.Shape.ElementCount != batchSize))
        {
            throw new LossInputException($"{loss} wants {form}: labels of shape {labels.Shape} do not fit a batch of {batchSize} rows.");
        }

        int perRow = batchSize == 0 ? 1 : (int)(labels.Shape.ElementCount / batchSize);
        ReadOnlySpan<float> values = labels.Span;
        for (int i = 0; i < values.Length; i++)
        {
            if (!Fits(form.Label, values[i]))
            {
                throw new LossInputException(FormattableString.Invariant($"{loss} wants {form}: the label of row {i / perRow} of the batch is {values[i]}."));
            }
        }
    }

    private static bool Fits(LossLabel kind, float label) => kind switch
    {
        LossLabel.Class => label >= 0 && label == MathF.Truncate(label) && label <= 1 << 24, // whole numbers that a float holds exactly
        LossLabel.ZeroOrOne => label is 0 or 1,
        _ => float.IsFinite(label),
    };
}
