using Akin.Datasets.Sampling;

namespace Akin.Datasets.Collators;

/// <summary>
/// Hides tokens of a sequence and notes what is to be predicted. A draw depends on the seed, the sequence's number and the token's place alone, so the result is the same
/// whatever the batch and whichever thread. Safe to call from many threads.
/// </summary>
/// <param name="options">Shares and ids.</param>
public sealed class TokenMasker(TokenMaskingOptions options)
{
    /// <summary>The label of a token that is not predicted.</summary>
    public const int IgnoredLabel = -100;

    /// <summary>The word of a token that belongs to none.</summary>
    public const int NoWord = -1;

    private const int DrawsPerToken = 4;

    /// <summary>Hides tokens in place.</summary>
    /// <param name="ids">[tokens]: the ids; hidden ones are replaced.</param>
    /// <param name="labels">[tokens]: gets the id before where it is to be predicted, else <see cref="IgnoredLabel"/>.</param>
    /// <param name="special">[tokens]: tokens that are never drawn: class, separator, padding.</param>
    /// <param name="words">[tokens]: the word each token belongs to, or <see cref="NoWord"/>; needed for whole words, see <see cref="WordsOf"/>, else empty.</param>
    /// <param name="seed">The seed of the run.</param>
    /// <param name="sequence">The number of the sequence in the run: another number gives other draws.</param>
    /// <exception cref="DatasetException">The lengths differ.</exception>
    public void Mask(Span<int> ids, Span<int> labels, ReadOnlySpan<bool> special, ReadOnlySpan<int> words, ulong seed, ulong sequence)
    {
        if (labels.Length != ids.Length || special.Length != ids.Length || (options.WholeWords && words.Length != ids.Length))
        {
            throw new DatasetException($"{ids.Length} ids need as many labels ({labels.Length}), special marks ({special.Length}) and, for whole words, words ({words.Length}).");
        }

        CounterRandom random = new(seed, sequence);
        bool wordDrawn = false;
        for (int place = 0; place < ids.Length; place++)
        {
            ulong draw = (ulong)place * DrawsPerToken;
            bool chosen;
            if (options.WholeWords)
            {
                // Only the first piece of a word is drawn for.
                bool continues = place > 0 && words[place] != NoWord && words[place] == words[place - 1];
                wordDrawn = continues ? wordDrawn : words[place] != NoWord && random.Uniform(draw) < options.Probability;
                chosen = wordDrawn && !special[place];
            }
            else
            {
                chosen = !special[place] && random.Uniform(draw) < options.Probability;
            }

            labels[place] = chosen ? ids[place] : IgnoredLabel;
            if (chosen)
            {
                ids[place] = Replacement(ids[place], random, draw);
            }
        }
    }

    /// <summary>
    /// Groups tokens to words: those whose character spans touch are one word, so that punctuation glued to a word joins it, and a Chinese sentence without spaces is one.
    /// </summary>
    /// <param name="offsets">[tokens]: where each token begins and ends in the text.</param>
    /// <param name="special">[tokens]: tokens that belong to no word.</param>
    /// <returns>[tokens]: numbers from 1, and <see cref="NoWord"/>.</returns>
    public static int[] WordsOf(ReadOnlySpan<(int Start, int End)> offsets, ReadOnlySpan<bool> special)
    {
        int[] words = new int[offsets.Length];
        int word = 0;
        for (int place = 0; place < words.Length; place++)
        {
            if (special[place])
            {
                words[place] = NoWord;
                continue;
            }

            bool continues = place > 0 && !special[place - 1] && offsets[place].Start == offsets[place - 1].End;
            word += continues ? 0 : 1;
            words[place] = word;
        }

        return words;
    }

    private int Replacement(int id, CounterRandom random, ulong draw)
    {
        if (options.WholeWords)
        {
            return options.MaskTokenId;
        }

        double share = random.Uniform(draw + 1);
        return share < options.MaskShare ? options.MaskTokenId
            : share < options.MaskShare + options.OtherShare ? random.Below(draw + 2, options.VocabularySize)
            : id;
    }
}
