namespace Akin.Training.Tasks;

/// <summary>A text whose tokens have labels: classes of a tagger, or the masked words of a language model.</summary>
public sealed class TokenLabelsExample
{
    /// <summary>Keeps a text and its labels.</summary>
    /// <param name="text">The text or the pair.</param>
    /// <param name="labels">The label of every token, −100 where it does not count, <c>[tokens]</c>.</param>
    /// <exception cref="ArgumentException">There are not as many labels as tokens.</exception>
    public TokenLabelsExample(EncodedText text, ReadOnlyMemory<int> labels)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (labels.Length != text.TokenCount)
        {
            throw new ArgumentException($"There are {labels.Length} labels for {text.TokenCount} tokens: every token needs one, -100 where it does not count.", nameof(labels));
        }

        Text = text;
        Labels = labels;
    }

    /// <summary>The text or the pair.</summary>
    public EncodedText Text { get; }

    /// <summary>The label of every token, <c>[tokens]</c>.</summary>
    public ReadOnlyMemory<int> Labels { get; }
}
