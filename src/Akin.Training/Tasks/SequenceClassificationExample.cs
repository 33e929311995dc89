using Akin.Tensors.Operations;

namespace Akin.Training.Tasks;

/// <summary>A text with its label, its labels, or its rating.</summary>
public sealed class SequenceClassificationExample
{
    /// <summary>A text that has one label.</summary>
    /// <param name="text">The text or the pair.</param>
    /// <param name="label">The index of its label, or <see cref="CrossEntropyOperation.Ignored"/>.</param>
    public SequenceClassificationExample(EncodedText text, int label) => (Text, Label) = (text, label);

    /// <summary>A text that has any number of labels, or ratings.</summary>
    /// <param name="text">The text or the pair.</param>
    /// <param name="targets">For every label 1 if the text has it, else 0; or the ratings, <c>[labels]</c>.</param>
    public SequenceClassificationExample(EncodedText text, ReadOnlyMemory<float> targets) => (Text, Targets, Label) = (text, targets, CrossEntropyOperation.Ignored);

    /// <summary>The text or the pair.</summary>
    public EncodedText Text { get; }

    /// <summary>The index of the label; not used where there are targets.</summary>
    public int Label { get; }

    /// <summary>Targets of several labels or of a rating; empty where there is one label.</summary>
    public ReadOnlyMemory<float> Targets { get; }
}
