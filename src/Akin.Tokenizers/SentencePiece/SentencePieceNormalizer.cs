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

    private readonly SentencePieceNormalization rule;
    private readonly bool whitespaceAsSuffix;
    private readonly PieceTrie userDefined = new();
    private readonly bool hasUserDefined;
    private readonly char space;
    private readonly ScratchPool<Scratch> scratches = new(static () => new Scratch());

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
    }

    /// <summary>Makes a normalizer of a rule alone, as it is used on decoded text.</summary>
    /// <param name="rule">The rule.</param>
    public SentencePieceNormalizer(SentencePieceNormalization rule)
    {
        ArgumentNullException.ThrowIfNull(rule);
        this.rule = rule;
        space = rule.EscapeWhitespace ? EscapedSpace : Space;
    }

    /// <inheritdoc/>
    public override string Type => "SentencePieceNormalizer";

    /// <inheritdoc/>
    public override void Normalize(NormalizedText text)
    {
        ArgumentNullException.ThrowIfNull(text);
        Scratch scratch = scratches.Rent();
        scratch.Normalize(this, text.Text);
        NormalizedText rewritten = text.StartRewriting();
        for (int i = 0; i < scratch.Text.Count; i++)
        {
            int start = text.OriginalSpan(scratch.Origins[i], scratch.Origins[i]).Start, end = text.OriginalSpan(scratch.Origins[i + 1], scratch.Origins[i + 1]).Start;
            rewritten.Append(scratch.Text[i], new TextSpan(start, end));
        }
        text.TakeOver();
        scratches.Return(scratch);
    }

    /// <summary>What the text at a place becomes, and how much of the text that is.</summary>
    private ReadOnlySpan<char> Next(ReadOnlySpan<char> text, int at, out int length)
    {
        if (hasUserDefined && (length = userDefined.LongestMatch(text[at..], PieceTrie.Root, out _)) > 0)
            return text.Slice(at, length);
        if (rule.CharacterMap is { } map && (length = map.Longest(text, at, out string? replacement)) > 0)
            return replacement;
        Utf16.CodePointAt(text, at, out length);
        return text.Slice(at, length);
    }

    /// <summary>The new text, and for each of its units where it starts in the old one.</summary>
    private sealed class Scratch
    {
        public List<char> Text { get; } = [];

        public List<int> Origins { get; } = [];

        public void Normalize(SentencePieceNormalizer normalizer, ReadOnlySpan<char> old)
        {
            SentencePieceNormalization rule = normalizer.rule;
            Text.Clear();
            Origins.Clear();
            int at = 0;
            if (rule.RemoveExtraWhitespace)
            {
                while (at < old.Length && normalizer.Next(old, at, out int length) is [Space])
                    at += length;
            }
            if (at < old.Length)
            {
                if (rule.AddDummyPrefix && !normalizer.whitespaceAsSuffix)
                    Write(normalizer.space, at);
                bool afterSpace = rule.RemoveExtraWhitespace;
                while (at < old.Length)
                {
                    ReadOnlySpan<char> next = normalizer.Next(old, at, out int length);
                    if (afterSpace)
                        next = next.TrimStart(Space);
                    foreach (char unit in next)
                        Write(unit == Space ? normalizer.space : unit, at);
                    if (!next.IsEmpty)
                        afterSpace = rule.RemoveExtraWhitespace && next[^1] == Space;
                    at += length;
                }
                while (rule.RemoveExtraWhitespace && Text.Count > 0 && Text[^1] == normalizer.space)
                {
                    at = Origins[^1];
                    Text.RemoveAt(Text.Count - 1);
                    Origins.RemoveAt(Origins.Count - 1);
                }
                if (rule.AddDummyPrefix && normalizer.whitespaceAsSuffix)
                    Write(normalizer.space, at);
            }
            Origins.Add(at);
        }

        private void Write(char unit, int origin)
        {
            Text.Add(unit);
            Origins.Add(origin);
        }
    }
}
