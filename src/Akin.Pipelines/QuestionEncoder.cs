using Akin.Tokenizers;

namespace Akin.Pipelines;

/// <summary>Makes what a question answering model reads: a question and its context, or each of the overlapping windows that a long context falls into.</summary>
/// <remarks>
/// The question stays whole. Where it leaves a window no more room than windows overlap, they overlap by half of that room. Thread-safe.
/// </remarks>
public sealed class QuestionEncoder
{
    private readonly Tokenizer _tokenizer;
    private readonly EncodeOptions _plain = new() { AddSpecialTokens = false };

    /// <summary>Keeps the sizes.</summary>
    /// <param name="tokenizer">The model's.</param>
    /// <param name="maxLength">Tokens of a window, with question and special tokens.</param>
    /// <param name="docStride">Tokens of the context that each window repeats from the one before it, fewer than <paramref name="maxLength"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is out of bounds.</exception>
    public QuestionEncoder(Tokenizer tokenizer, int maxLength, int docStride)
    {
        ArgumentNullException.ThrowIfNull(tokenizer);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxLength, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(docStride);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(docStride, maxLength);
        _tokenizer = tokenizer;
        MaxLength = maxLength;
        DocStride = docStride;
    }

    /// <summary>Tokens of a window.</summary>
    public int MaxLength { get; }

    /// <summary>Tokens that windows overlap by.</summary>
    public int DocStride { get; }

    /// <summary>Encodes a question with its context.</summary>
    /// <param name="question">The question.</param>
    /// <param name="context">The text that may hold the answer.</param>
    /// <returns>The windows in order, at least one. Offsets are UTF-16 places in the context.</returns>
    /// <exception cref="QuestionTooLongException">The question leaves no room for the context.</exception>
    public IReadOnlyList<Encoding> Encode(string question, string context)
    {
        ArgumentNullException.ThrowIfNull(question);
        ArgumentNullException.ThrowIfNull(context);
        int questionLength = _tokenizer.Encode(question, options: _plain).Length, specialCount = _tokenizer.CountSpecialTokens(pair: true);
        int room = MaxLength - specialCount - questionLength;
        if (room < 1)
        {
            throw new QuestionTooLongException(question, questionLength, MaxLength - specialCount - 1);
        }

        Encoding first = _tokenizer.Encode(question, context, new EncodeOptions
        {
            Truncation = new Truncation(MaxLength) { Strategy = TruncationStrategy.OnlySecond, Stride = DocStride < room ? DocStride : room / 2 },
        });
        return [first, .. first.Overflowing];
    }

    /// <summary>Which tokens of a window belong to the context.</summary>
    /// <param name="window">What <see cref="Encode"/> gave.</param>
    /// <returns>The tokens; an empty range when the context has none.</returns>
    public static Range ContextTokens(Encoding window)
    {
        ArgumentNullException.ThrowIfNull(window);
        int first = Array.IndexOf(window.SequenceIds, 1);
        return first < 0 ? default : first..(Array.LastIndexOf(window.SequenceIds, 1) + 1);
    }
}
