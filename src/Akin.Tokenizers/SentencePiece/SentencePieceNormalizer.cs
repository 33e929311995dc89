using Akin.Tokenizers.Models;
using Akin.Tokenizers.Normalizers;
using Akin.Tokenizers.Text;
using Akin.Tokenizers.Unicode;

namespace Akin.Tokenizers.SentencePiece;

/// <summary>
/// What SentencePiece 0.2 does to a text before it cuts it: the longest entry of the rule at every place, user-defined symbols untouched, extra spaces
/// removed, a space put before (or after) the text, spaces written <c>▁</c>. A character of the result spans the text up to where the next one starts.
/// </summary>
public sealed class SentencePieceNormalizer : Normalizer
{
    private const char Space = ' ';
    private const char EscapedSpace = '\u2581';
    private const int AsciiLimit = 0x80;

    private readonly SentencePieceNormalization rule;
    private readonly bool whitespaceAsSuffix;
    private readonly PieceTrie userDefined = new();
    private readonly bool hasUserDefined;
    private readonly char space;
    private readonly char[] plain = new char[AsciiLimit]; // what an ASCII character becomes whatever ASCII follows it; 0 where that needs a look

    /// <summary>Makes the normalizer of a model.</summary>
    /// <param name="model">The model.</param>
    public SentencePieceNormalizer(SentencePieceFile model)
    {
        ArgumentNullException.ThrowIfNull(model);
        rule = model.Normalization;
        whitespaceAsSuffix = model.WhitespaceAsSuffix;
        space = rule.EscapeWhitespace ? EscapedSpace : Space;
        for (int id = 0; id < model.Pieces.Count; id++)
        {
            if (model.Pieces[id].Type == SentencePieceType.UserDefined)
                hasUserDefined = userDefined.TryAdd(model.Pieces[id].Text, id);
        }
        FillPlain();
    }

    /// <summary>Makes a normalizer of a rule alone, as it is used on decoded text.</summary>
    /// <param name="rule">The rule.</param>
    public SentencePieceNormalizer(SentencePieceNormalization rule)
    {
        ArgumentNullException.ThrowIfNull(rule);
        this.rule = rule;
        space = rule.EscapeWhitespace ? EscapedSpace : Space;
        FillPlain();
    }

    /// <inheritdoc/>
    public override string Type => "SentencePieceNormalizer";

    /// <inheritdoc/>
    public override void Normalize(NormalizedText text)
    {
        ArgumentNullException.ThrowIfNull(text);
        ReadOnlySpan<char> old = text.Text;
        NormalizedText rewritten = text.StartRewriting();
        int at = 0;
        if (rule.RemoveExtraWhitespace)
        {
            while (at < old.Length && Next(old, at, out int length) is [Space])
                at += length;
        }
        if (at < old.Length)
        {
            if (rule.AddDummyPrefix && !whitespaceAsSuffix)
                rewritten.Append(space, StartOf(text, at));
            bool afterSpace = rule.RemoveExtraWhitespace;
            while (at < old.Length)
            {
                ReadOnlySpan<char> next = Next(old, at, out int length);
                if (afterSpace)
                    next = next.TrimStart(Space);
                foreach (char unit in next)
                    rewritten.Append(unit == Space ? space : unit, StartOf(text, at));
                if (!next.IsEmpty)
                    afterSpace = rule.RemoveExtraWhitespace && next[^1] == Space;
                at += length;
            }
            TextSpan end = StartOf(text, at);
            while (rule.RemoveExtraWhitespace && rewritten.Length > 0 && rewritten.Text[^1] == space)
                end = rewritten.RemoveLast();
            if (rule.AddDummyPrefix && whitespaceAsSuffix)
                rewritten.Append(space, end);
            rewritten.EndEachWhereTheNextStarts(end.Start);
        }
        text.TakeOver();
    }

    private static TextSpan StartOf(NormalizedText text, int at) => text.OriginalSpan(at, at);

    private void FillPlain()
    {
        for (char unit = ' '; unit < AsciiLimit; unit++)
        {
            bool needsLook = rule.CharacterMap is { } map && map.StartsAsciiRun(unit) || userDefined.Step(PieceTrie.Root, unit) != PieceTrie.None;
            if (!needsLook && Next([unit], 0, out _) is [char becomes])
                plain[unit] = becomes;
        }
    }

    /// <summary>What the text at a place becomes, and how much of the text that is.</summary>
    private ReadOnlySpan<char> Next(ReadOnlySpan<char> text, int at, out int length)
    {
        char unit = text[at];
        if (unit < AsciiLimit && plain[unit] != 0 && (at + 1 == text.Length || text[at + 1] < AsciiLimit))
        {
            length = 1;
            return new ReadOnlySpan<char>(in plain[unit]);
        }
        if (hasUserDefined && (length = userDefined.LongestMatch(text[at..], PieceTrie.Root, out _)) > 0)
            return text.Slice(at, length);
        if (rule.CharacterMap is { } map && (length = map.Longest(text, at, out string? replacement)) > 0)
            return replacement;
        Utf16.CodePointAt(text, at, out length);
        return text.Slice(at, length);
    }
}
