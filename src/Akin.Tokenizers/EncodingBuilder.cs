using Akin.Tokenizers.PostProcessors;

namespace Akin.Tokenizers;

/// <summary>Cuts the tokens of one or two texts, puts the special tokens in, and pads.</summary>
internal static class EncodingBuilder
{
    /// <summary>Makes the encoding and its overflowing parts.</summary>
    public static Encoding Build(Token[] first, Token[]? second, PostProcessor? postProcessor, EncodeOptions options)
    {
        bool pair = second is not null;
        IReadOnlyList<LayoutPiece> layout = postProcessor?.Layout(pair, options.AddSpecialTokens) ?? PostProcessor.PlainLayout(pair);
        List<Range> firstParts = [Range.All], secondParts = [Range.All];
        if (options.Truncation is { } truncation)
            Truncate(truncation, postProcessor, options.AddSpecialTokens, first.Length, second?.Length, firstParts, secondParts);

        Encoding Assemble(int firstPart, int secondPart, IReadOnlyList<Encoding> overflowing)
        {
            // Of several parts each is a copy, because the offsets of a part are adjusted on their own.
            bool isOnly = firstParts.Count == 1 && secondParts.Count == 1;
            Token[] a = isOnly ? first : first[firstParts[firstPart]];
            Token[] b = (isOnly ? second : second?[secondParts[secondPart]]) ?? [];
            postProcessor?.AdjustOffsets(a);
            postProcessor?.AdjustOffsets(b);
            return Join(layout, a, b, overflowing);
        }

        List<Encoding> overflowing = [];
        for (int i = 1; i < firstParts.Count; i++)
        {
            for (int k = 0; k < secondParts.Count; k++)
                overflowing.Add(Assemble(i, k, []));
        }
        for (int k = 1; k < secondParts.Count; k++)
            overflowing.Add(Assemble(0, k, []));
        return Assemble(0, 0, overflowing);
    }

    /// <summary>The number of special tokens that a layout has.</summary>
    public static int CountSpecial(PostProcessor? postProcessor, bool pair) =>
        postProcessor is null ? 0 : postProcessor.Layout(pair, addSpecialTokens: true).Sum(static piece => piece.Ids.Count);

    private static Encoding Join(IReadOnlyList<LayoutPiece> layout, Token[] first, Token[] second, IReadOnlyList<Encoding> overflowing)
    {
        int length = 0;
        foreach (LayoutPiece piece in layout)
            length += piece.Sequence switch { null => piece.Ids.Count, 0 => first.Length, _ => second.Length };
        Encoding encoding = Empty(length, overflowing);
        int at = 0;
        foreach (LayoutPiece piece in layout)
        {
            if (piece.Sequence is not { } sequence)
            {
                for (int i = 0; i < piece.Ids.Count; i++, at++)
                {
                    (encoding.Ids[at], encoding.Tokens[at], encoding.TypeIds[at]) = (piece.Ids[i], piece.Tokens[i], piece.TypeId);
                    (encoding.SpecialTokensMask[at], encoding.AttentionMask[at]) = (1, 1);
                }
                continue;
            }
            foreach (Token token in sequence == 0 ? first : second)
            {
                (encoding.Ids[at], encoding.Tokens[at], encoding.TypeIds[at]) = (token.Id, token.Text, piece.TypeId);
                (encoding.Offsets[at], encoding.WordIds[at], encoding.SequenceIds[at]) = (new TextSpan(token.Start, token.End), token.Word, sequence);
                encoding.AttentionMask[at++] = 1;
            }
        }
        return encoding;
    }

    private static Encoding Empty(int length, IReadOnlyList<Encoding> overflowing) => new()
    {
        Ids = new int[length],
        TypeIds = new int[length],
        Tokens = new string[length],
        Offsets = new TextSpan[length],
        WordIds = new int?[length],
        SequenceIds = new int?[length],
        SpecialTokensMask = new int[length],
        AttentionMask = new int[length],
        Overflowing = overflowing,
    };

    private static void Truncate(
        Truncation truncation, PostProcessor? postProcessor, bool addSpecialTokens, int first, int? second, List<Range> firstParts, List<Range> secondParts)
    {
        int maximum = truncation.MaximumLength, singleSpecial = CountSpecial(postProcessor, pair: false);
        if (maximum >= singleSpecial && truncation.Stride > maximum - singleSpecial)
            throw StrideTooLong(truncation, maximum - singleSpecial);
        if (addSpecialTokens)
        {
            maximum -= CountSpecial(postProcessor, second is not null);
            if (maximum < 0)
                return; // no truncation at all: what the reference does, so that lengths agree
        }
        int total = first + (second ?? 0);
        if (maximum == 0)
        {
            Cut(truncation, first, 0, firstParts);
            Cut(truncation, second ?? 0, 0, secondParts);
        }
        else if (total > maximum)
        {
            switch (truncation.Strategy)
            {
                case TruncationStrategy.LongestFirst:
                    (int firstLength, int secondLength) = LongestFirst(first, second ?? 0, maximum);
                    Cut(truncation, first, firstLength, firstParts);
                    Cut(truncation, second ?? 0, secondLength, secondParts);
                    break;
                case TruncationStrategy.OnlyFirst:
                    Cut(truncation, first, Left(truncation, first, total - maximum), firstParts);
                    break;
                default:
                    int length = second ?? throw new TokenizerException(
                        "truncation \"only_second\" cuts the second text, and there is none; use \"longest_first\" or \"only_first\" for single texts");
                    Cut(truncation, length, Left(truncation, length, total - maximum), secondParts);
                    break;
            }
        }
    }

    /// <summary>How long each text may be so that both together have the maximum length: equally long, but a short one stays whole.</summary>
    private static (int First, int Second) LongestFirst(int first, int second, int maximum)
    {
        int shorter = Math.Min(first, second);
        int longer = shorter > maximum ? shorter : Math.Max(shorter, maximum - shorter);
        if (shorter + longer > maximum)
        {
            shorter = maximum / 2;
            longer = shorter + (maximum % 2);
        }
        return first > second ? (longer, shorter) : (shorter, longer);
    }

    private static int Left(Truncation truncation, int length, int excess) => length > excess ? length - excess : throw new TokenizerException(
        $"truncation to {truncation.MaximumLength} tokens would have to cut {excess} tokens off a text of {length}, which leaves nothing of it; "
        + "use \"longest_first\" or a greater maximum length");

    private static TokenizerException StrideTooLong(Truncation truncation, int room) => new(
        $"the stride {truncation.Stride} must be less than the {room} tokens that a maximum length of {truncation.MaximumLength} leaves to the text");

    /// <summary>Replaces the only part by those that a text of some length falls into.</summary>
    private static void Cut(Truncation truncation, int length, int maximum, List<Range> parts)
    {
        if (length <= maximum)
            return;
        parts.Clear();
        if (maximum == 0)
        {
            parts.Add(0..0);
            parts.Add(0..length);
            return;
        }
        if (truncation.Stride >= maximum)
            throw StrideTooLong(truncation, maximum);
        int step = maximum - truncation.Stride;
        if (truncation.Side == Side.Right)
        {
            for (int start = 0; ; start += step)
            {
                int end = Math.Min(start + maximum, length);
                parts.Add(start..end);
                if (end == length)
                    return;
            }
        }
        for (int end = length; ; end -= step)
        {
            int start = Math.Max(end - maximum, 0);
            parts.Add(start..end);
            if (start == 0)
                return;
        }
    }

    /// <summary>The encoding and its overflowing parts, each filled up to a length.</summary>
    public static Encoding Pad(Encoding encoding, int length, Side side, string token, int tokenId, int typeId)
    {
        Encoding[] overflowing = [.. encoding.Overflowing.Select(part => Pad(part, length, side, token, tokenId, typeId))];
        int missing = Math.Max(length - encoding.Length, 0);
        Encoding padded = Empty(encoding.Length + missing, overflowing);
        int offset = side == Side.Left ? missing : 0, padding = side == Side.Left ? 0 : encoding.Length;
        encoding.Ids.CopyTo(padded.Ids, offset);
        encoding.TypeIds.CopyTo(padded.TypeIds, offset);
        encoding.Tokens.CopyTo(padded.Tokens, offset);
        encoding.Offsets.CopyTo(padded.Offsets, offset);
        encoding.WordIds.CopyTo(padded.WordIds, offset);
        encoding.SequenceIds.CopyTo(padded.SequenceIds, offset);
        encoding.SpecialTokensMask.CopyTo(padded.SpecialTokensMask, offset);
        encoding.AttentionMask.CopyTo(padded.AttentionMask, offset);
        padded.Ids.AsSpan(padding, missing).Fill(tokenId);
        padded.TypeIds.AsSpan(padding, missing).Fill(typeId);
        padded.Tokens.AsSpan(padding, missing).Fill(token);
        padded.SpecialTokensMask.AsSpan(padding, missing).Fill(1);
        return padded;
    }
}
