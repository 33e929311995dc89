using System.Diagnostics.CodeAnalysis;
using Akin.Tokenizers.Models;
using Akin.Tokenizers.Normalizers;
using Akin.Tokenizers.Text;

namespace Akin.Tokenizers;

/// <summary>The tokens that are looked for in the text before the model sees it, with their ids.</summary>
internal sealed class AddedVocabulary
{
    private readonly Model model;
    private readonly Normalizer? normalizer;
    private readonly SortedDictionary<int, AddedToken> byId = [];
    private readonly Dictionary<string, int> ids = new(StringComparer.Ordinal);
    private readonly HashSet<string> special = new(StringComparer.Ordinal);

    public AddedVocabulary(Model model, Normalizer? normalizer)
    {
        (this.model, this.normalizer) = (model, normalizer);
        Refresh();
    }

    public IReadOnlyDictionary<int, AddedToken> Tokens => byId;

    /// <summary>Finds the tokens that are looked for in the original text.</summary>
    public AddedTokenMatcher InOriginal { get; private set; }

    /// <summary>Finds the tokens that are looked for in the normalized text.</summary>
    public AddedTokenMatcher InNormalized { get; private set; }

    /// <summary>Whether decoding may leave a text out. As in the reference it is the decoded text that counts: a special token that normalizing changes is kept.</summary>
    public bool IsSpecial(string decoded) => special.Contains(decoded);

    public bool TryGetId(string token, out int id) => ids.TryGetValue(token, out id) || model.Vocabulary.TryGetId(token, out id);

    public bool TryGetToken(int id, [NotNullWhen(true)] out string? token)
    {
        if (!byId.TryGetValue(id, out AddedToken? added))
            return model.Vocabulary.TryGetToken(id, out token);
        token = added.Content;
        return true;
    }

    /// <summary>The text of an id when decoding: for a token that is looked for in normalized text the normalized form, as in the reference.</summary>
    public bool TryGetDecoded(int id, [NotNullWhen(true)] out string? text)
    {
        if (!byId.TryGetValue(id, out AddedToken? token) || !token.Normalized)
            return TryGetToken(id, out text);
        text = normalizer?.Normalize(token.Content) ?? token.Content;
        return true;
    }

    /// <summary>One more than the largest id of all tokens.</summary>
    public int IdLimit => Math.Max(model.Vocabulary.IdLimit, byId.Count == 0 ? 0 : byId.Keys.Max() + 1);

    /// <summary>Number of all tokens.</summary>
    public int Count => model.Vocabulary.Count + byId.Keys.Count(id => !model.Vocabulary.TryGetToken(id, out _));

    /// <summary>Adds tokens. One that the model knows keeps its id; others get the next free one, or the id asked for.</summary>
    /// <returns>How many were added, not counting empty ones and those that were there already.</returns>
    public int Add(IEnumerable<(AddedToken Token, int? Id)> tokens)
    {
        int added = 0;
        foreach ((AddedToken token, int? wanted) in tokens)
        {
            if (token.Content.Length == 0)
                continue;
            if (token.Special)
                special.Add(token.Content);
            if (ids.TryGetValue(token.Content, out int id) && byId[id] == token)
                continue;
            if (!TryGetId(token.Content, out id))
                id = wanted ?? IdLimit;
            ids[token.Content] = id;
            byId[id] = token;
            added++;
        }
        Refresh();
        return added;
    }

    /// <summary>Cuts a text at the added tokens and normalizes what lies between.</summary>
    public void Split(ReadOnlySpan<char> text, bool splitSpecialTokens, PreTokenizedText pieces)
    {
        int searchFrom = 0, consumed = 0;
        while (InOriginal.TryFindNext(text, ref searchFrom, consumed, splitSpecialTokens, out int start, out int end, out int id))
        {
            AddNormalized(pieces, text[consumed..start], consumed, splitSpecialTokens);
            NormalizedText matched = pieces.AddText(text[start..end], start);
            pieces.Add(new TextPiece(matched, 0, matched.Length, id));
            consumed = end;
        }
        AddNormalized(pieces, text[consumed..], consumed, splitSpecialTokens);
    }

    private void AddNormalized(PreTokenizedText pieces, ReadOnlySpan<char> part, int originalStart, bool splitSpecialTokens)
    {
        if (part.IsEmpty)
            return;
        NormalizedText text = pieces.AddText(part, originalStart);
        normalizer?.Normalize(text);
        int searchFrom = 0, consumed = 0;
        while (InNormalized.TryFindNext(text.Text, ref searchFrom, consumed, splitSpecialTokens, out int start, out int end, out int id))
        {
            AddUnlessEmpty(pieces, new TextPiece(text, consumed, start));
            pieces.Add(new TextPiece(text, start, end, id));
            consumed = end;
        }
        AddUnlessEmpty(pieces, new TextPiece(text, consumed, text.Length));
    }

    private static void AddUnlessEmpty(PreTokenizedText pieces, TextPiece piece)
    {
        if (piece.Length > 0)
            pieces.Add(piece);
    }

    [MemberNotNull(nameof(InOriginal), nameof(InNormalized))]
    private void Refresh()
    {
        InOriginal = new([.. byId.Where(static entry => !entry.Value.Normalized).Select(static entry => (entry.Value.Content, entry.Value, entry.Key))]);
        InNormalized = new([.. byId.Where(static entry => entry.Value.Normalized)
            .Select(entry => (normalizer?.Normalize(entry.Value.Content) ?? entry.Value.Content, entry.Value, entry.Key))]);
    }
}
