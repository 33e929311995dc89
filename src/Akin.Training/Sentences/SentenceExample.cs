namespace Akin.Training.Sentences;

/// <summary>Texts that belong together in some way, and what is known about that: sentence-transformers' <c>InputExample</c>.</summary>
/// <param name="Texts">One text for each column, such as anchor, positive and negative.</param>
/// <param name="Labels">A score, a class number, margins or the teacher's vector, as the loss wants it. Default: none.</param>
public sealed record SentenceExample(IReadOnlyList<string> Texts, ReadOnlyMemory<float> Labels = default)
{
    /// <summary>Makes an example without a label.</summary>
    /// <param name="texts">One text for each column.</param>
    public SentenceExample(params string[] texts)
        : this(texts, default)
    {
    }

    /// <summary>Makes a pair with a score or a class number.</summary>
    /// <param name="first">The first text.</param>
    /// <param name="second">The second text.</param>
    /// <param name="label">The label.</param>
    public SentenceExample(string first, string second, float label)
        : this([first, second], new[] { label })
    {
    }
}
