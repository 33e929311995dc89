using Akin.Tokenizers.PostProcessors;

namespace Akin.Tokenizers;

public sealed partial class Tokenizer
{
    /// <summary>Encodes a text, or a pair of texts.</summary>
    /// <param name="text">The text.</param>
    /// <param name="pair">The second text, or null. An empty text is a second text.</param>
    /// <param name="options">How; the default is <see cref="EncodeOptions.Default"/>.</param>
    /// <exception cref="TokenizerException">The options do not fit the text: see <see cref="Truncation"/> and <see cref="Padding"/>.</exception>
    public Encoding Encode(string text, string? pair = null, EncodeOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(text);
        options = Checked(options);
        Encoding encoding = EncodeUnpadded(text, pair, options);
        return options.Padding is null ? encoding : Pad([encoding], options)[0];
    }

    /// <summary>Encodes a text that is split into words already, or a pair of them. Offsets count from the start of each word, word ids are its index.</summary>
    /// <param name="words">The words of the text.</param>
    /// <param name="pair">The words of the second text, or null.</param>
    /// <param name="options">How; the default is <see cref="EncodeOptions.Default"/>.</param>
    /// <exception cref="TokenizerException">The options do not fit the text.</exception>
    public Encoding EncodeWords(IReadOnlyList<string> words, IReadOnlyList<string>? pair = null, EncodeOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(words);
        options = Checked(options);
        Encoding encoding = EncodingBuilder.Build(TokenizeWords(words, options), pair is null ? null : TokenizeWords(pair, options), PostProcessor, options);
        return options.Padding is null ? encoding : Pad([encoding], options)[0];
    }

    /// <summary>Puts special tokens around ids that are tokenized already, such as a block cut out of a long text.</summary>
    /// <param name="ids">The first text, without special tokens.</param>
    /// <param name="pairIds">The second text, or null.</param>
    /// <returns>Ids, type ids, tokens and masks; offsets are empty and all tokens of a text count as one word.</returns>
    /// <exception cref="TokenizerException">An id is not in the vocabulary.</exception>
    public Encoding BuildInputsWithSpecialTokens(IReadOnlyList<int> ids, IReadOnlyList<int>? pairIds = null)
    {
        ArgumentNullException.ThrowIfNull(ids);
        return EncodingBuilder.Build(Tokens(ids), pairIds is null ? null : Tokens(pairIds), PostProcessor, EncodeOptions.Default);

        Token[] Tokens(IReadOnlyList<int> of) => [.. ConvertIdsToTokens(of).Select((token, i) => new Token(of[i], token, 0, 0, 0))];
    }

    /// <summary>Encodes texts in parallel; the results are in the order of the texts.</summary>
    /// <param name="texts">The texts.</param>
    /// <param name="options">How; padding to the longest means that of the batch.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <exception cref="TokenizerException">The options do not fit a text.</exception>
    public Encoding[] EncodeBatch(IReadOnlyList<string> texts, EncodeOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(texts);
        options = Checked(options);
        Encoding[] encodings = InParallel(texts.Count, i => EncodeUnpadded(texts[i], null, options), cancellationToken);
        return options.Padding is null ? encodings : Pad(encodings, options);
    }

    /// <summary>Encodes pairs of texts in parallel; the results are in the order of the pairs.</summary>
    /// <param name="pairs">The pairs.</param>
    /// <param name="options">How; padding to the longest means that of the batch.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <exception cref="TokenizerException">The options do not fit a pair.</exception>
    public Encoding[] EncodeBatch(IReadOnlyList<(string First, string Second)> pairs, EncodeOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(pairs);
        options = Checked(options);
        Encoding[] encodings = InParallel(pairs.Count, i => EncodeUnpadded(pairs[i].First, pairs[i].Second, options), cancellationToken);
        return options.Padding is null ? encodings : Pad(encodings, options);
    }

    /// <summary>
    /// Encodes a text into a buffer, ids only: the fast path, which allocates nothing once warm. A text that
    /// does not fit is cut on the right, so that the special tokens always have room: the ids are those of
    /// <see cref="Encode"/> with a truncation to the length of the buffer.
    /// </summary>
    /// <param name="text">The text.</param>
    /// <param name="destination">Receives the ids; as long as the result may be at most.</param>
    /// <param name="addSpecialTokens">Whether special tokens are put in. Default true.</param>
    /// <returns>The number of ids written.</returns>
    /// <exception cref="TokenizerException">The buffer is too short for the special tokens.</exception>
    public int EncodeIds(ReadOnlySpan<char> text, Span<int> destination, bool addSpecialTokens = true)
    {
        if (!idEncoderIsMade)
        {
            idEncoder = BertIdEncoder.TryCreate(Normalizer, PreTokenizer, Model, added);
            idEncoderIsMade = true;
        }
        IReadOnlyList<LayoutPiece> layout = addSpecialTokens ? singleLayout : plainLayout;
        int special = 0, texts = 0;
        for (int i = 0; i < layout.Count; i++)
        {
            special += layout[i].Ids.Count;
            texts += layout[i].Sequence is null ? 0 : 1;
        }
        if (destination.Length < special)
            throw new TokenizerException($"the buffer for {destination.Length} ids has no room for the {special} special tokens that every text gets");
        if (texts != 1)
        {
            EncodeOptions options = new() { AddSpecialTokens = addSpecialTokens, Truncation = new Truncation(destination.Length) };
            int[] ids = Encode(text.ToString(), null, options).Ids;
            ids.CopyTo(destination);
            return ids.Length;
        }
        int written = 0, room = destination.Length - special;
        for (int i = 0; i < layout.Count; i++)
        {
            LayoutPiece piece = layout[i];
            for (int k = 0; k < piece.Ids.Count; k++)
                destination[written++] = piece.Ids[k];
            if (piece.Sequence is null)
                continue;
            Span<int> part = destination.Slice(written, room);
            int count = idEncoder?.Encode(text, part) ?? -1;
            written += count >= 0 ? count : WriteIds(text, part);
        }
        return written;
    }

    private Encoding EncodeUnpadded(string text, string? pair, EncodeOptions options) =>
        EncodingBuilder.Build(TokenizeText(text, options), pair is null ? null : TokenizeText(pair, options), PostProcessor, options);

    private Token[] TokenizeWords(IReadOnlyList<string> words, EncodeOptions options)
    {
        List<Token> tokens = [];
        for (int word = 0; word < words.Count; word++)
            tokens.AddRange(TokenizeText(words[word], options, word));
        return [.. tokens];
    }

    private static Encoding[] InParallel(int count, Func<int, Encoding> encode, CancellationToken cancellationToken)
    {
        Encoding[] encodings = new Encoding[count];
        try
        {
            Parallel.For(0, count, new ParallelOptions { CancellationToken = cancellationToken }, i => encodings[i] = encode(i));
        }
        catch (AggregateException problems) when (problems.InnerExceptions[0] is TokenizerException first)
        {
            throw new TokenizerException(first.Message, first);
        }
        return encodings;
    }

    private static EncodeOptions Checked(EncodeOptions? options)
    {
        options ??= EncodeOptions.Default;
        if (options.Truncation is { } truncation)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(truncation.MaximumLength);
            ArgumentOutOfRangeException.ThrowIfNegative(truncation.Stride);
        }
        if (options.Padding is { } padding)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(padding.Length ?? 0);
            ArgumentOutOfRangeException.ThrowIfNegative(padding.ToMultipleOf ?? 0);
            if (options.Truncation is { } cut && padding.ToMultipleOf is > 0 and { } multiple && cut.MaximumLength % multiple != 0)
                throw new TokenizerException($"padding to a multiple of {multiple} does not go with truncation to {cut.MaximumLength} tokens, which is no multiple of it");
        }
        return options;
    }

    private Encoding[] Pad(Encoding[] encodings, EncodeOptions options)
    {
        Padding padding = options.Padding!;
        string token = padding.Token ?? Settings.SpecialTokens.Padding ?? throw new TokenizerException(
            "padding needs a padding token, and the tokenizer names none; give one in Padding.Token");
        int tokenId = padding.TokenId ?? TokenToId(token) ?? throw new TokenizerException(
            $"the padding token \"{token}\" is not in the vocabulary; give another or its id in Padding.TokenId");
        int length = padding.Strategy == PaddingStrategy.Longest
            ? encodings.Select(static encoding => encoding.Length).DefaultIfEmpty().Max()
            : padding.Length ?? options.Truncation?.MaximumLength ?? Settings.ModelMaximumLength ?? throw new TokenizerException(
                "padding to the maximum length needs a length: give Padding.Length or a truncation; the tokenizer names no longest length of its model");
        if (padding.ToMultipleOf is > 0 and { } multiple)
            length = checked((length + multiple - 1) / multiple * multiple);
        Side side = padding.Side ?? Settings.PaddingSide;
        int typeId = padding.TypeId ?? Settings.PaddingTypeId;
        return [.. encodings.Select(encoding => EncodingBuilder.Pad(encoding, length, side, token, tokenId, typeId))];
    }
}
