using Akin.Datasets.Processors;
using Akin.Tokenizers;
using Akin.Training.Tasks;

namespace Akin.Training.FineTuning;

/// <summary>
/// Encodes examples as <c>convert_single_example</c> of google-research/bert does: of a pair that is too long the last token of the longer text is dropped until it
/// fits, that of the second one when both are equally long. Special tokens in a text are letters.
/// </summary>
/// <param name="tokenizer">The tokenizer; it says what special tokens a text is given.</param>
/// <param name="maxSeqLength">The most tokens, special ones included.</param>
internal sealed class ExampleEncoder(Tokenizer tokenizer, int maxSeqLength)
{
    private static readonly EncodeOptions Whole = new() { SplitSpecialTokens = true };

    /// <summary>Encodes examples on all cores.</summary>
    public EncodedText[] Encode(IReadOnlyList<InputExample> examples, CancellationToken cancellationToken)
    {
        EncodedText[] texts = new EncodedText[examples.Count];
        Parallel.For(0, texts.Length, new ParallelOptions { CancellationToken = cancellationToken }, i => texts[i] = Encode(examples[i]));
        return texts;
    }

    /// <summary>Encodes an example; a second text without any token is none.</summary>
    public EncodedText Encode(InputExample example)
    {
        Encoding encoding = tokenizer.Encode(example.TextA, string.IsNullOrEmpty(example.TextB) ? null : example.TextB, Whole);
        if (example.TextB is { Length: > 0 } && !encoding.SequenceIds.Contains(1))
        {
            encoding = tokenizer.Encode(example.TextA, options: Whole);
        }

        return Cut(encoding);
    }

    private EncodedText Cut(Encoding encoding)
    {
        if (encoding.Length <= maxSeqLength)
        {
            return EncodedText.From(encoding);
        }

        Span<int> kept = [encoding.SequenceIds.Count(sequence => sequence == 0), encoding.SequenceIds.Count(sequence => sequence == 1)];
        for (int surplus = encoding.Length - maxSeqLength; surplus > 0; surplus--)
        {
            kept[kept[0] > kept[1] ? 0 : 1]--;
        }

        List<int> ids = [], types = [];
        for (int token = 0; token < encoding.Length; token++)
        {
            if (encoding.SequenceIds[token] is not { } sequence || kept[sequence]-- > 0)
            {
                ids.Add(encoding.Ids[token]);
                types.Add(encoding.TypeIds[token]);
            }
        }

        return new EncodedText(ids.ToArray(), types.ToArray());
    }
}
