using System.Buffers;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Akin.Tokenizers;

/// <summary>
/// A tokenizer that keeps only the tokens a corpus needs most, for a model that is to be small: its table of embeddings then keeps the rows
/// <see cref="KeptIds"/>. The tokenizer stays one that Python's libraries read; texts that used a dropped token are cut into the smaller ones left.
/// </summary>
public sealed class ReducedVocabulary
{
    private ReducedVocabulary(Tokenizer tokenizer, int[] keptIds) => (Tokenizer, KeptIds) = (tokenizer, keptIds);

    /// <summary>The smaller tokenizer. Its ids go from 0 on without gaps, in the order of the old ones.</summary>
    public Tokenizer Tokenizer { get; }

    /// <summary>The old id of every new one, ascending, <c>[new ids]</c>.</summary>
    public IReadOnlyList<int> KeptIds { get; }

    /// <summary>Keeps the tokens that occur most often in texts, and whatever the tokenizer cannot do without: its special and added tokens, and the letters texts are made of.</summary>
    /// <remarks>
    /// A token of one character counts as often as the character occurs, in whatever token: it is what remains of the tokens that are dropped.
    /// </remarks>
    /// <param name="tokenizer">A tokenizer of the kind Unigram or WordPiece.</param>
    /// <param name="texts">The corpus.</param>
    /// <param name="size">Tokens to keep, special ones included.</param>
    /// <param name="cancellationToken">Stops between two texts.</param>
    /// <exception cref="ArgumentOutOfRangeException">There are not so many tokens, or more that must stay.</exception>
    /// <exception cref="NotSupportedException">The tokenizer is of another kind: byte-level BPE merges tokens that would be missing.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static ReducedVocabulary Create(Tokenizer tokenizer, IEnumerable<string> texts, int size, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(tokenizer);
        ArgumentNullException.ThrowIfNull(texts);
        if (tokenizer.Model.Type is not ("Unigram" or "WordPiece"))
            throw new NotSupportedException($"The vocabulary of {tokenizer.Model.Type} cannot be reduced; that of Unigram and WordPiece can.");
        ArgumentOutOfRangeException.ThrowIfLessThan(size, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(size, tokenizer.VocabularySize);

        long[] counts = Count(tokenizer, texts, cancellationToken);
        HashSet<int> kept = [.. tokenizer.AddedTokens.Keys];
        if (tokenizer.UnknownId is { } unknown)
            kept.Add(unknown);
        if (kept.Count > size)
            throw new ArgumentOutOfRangeException(nameof(size), size, $"The special and added tokens alone are {kept.Count}.");
        foreach (int id in Enumerable.Range(0, counts.Length).Where(id => tokenizer.IdToToken(id) is not null).OrderByDescending(id => counts[id]))
        {
            if (kept.Count == size)
                break;
            kept.Add(id);
        }
        int[] keptIds = [.. kept.Order()];
        return new ReducedVocabulary(Rewrite(tokenizer, keptIds), keptIds);
    }

    private static long[] Count(Tokenizer tokenizer, IEnumerable<string> texts, CancellationToken cancellationToken)
    {
        long[] counts = new long[tokenizer.IdLimit];
        int[] ids = new int[512];
        foreach (string text in texts)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (ids.Length < (2 * text.Length) + 16)
                ids = new int[(2 * text.Length) + 16];
            foreach (int id in ids.AsSpan(0, tokenizer.EncodeIds(text, ids, addSpecialTokens: false)))
                counts[id]++;
        }

        long[] all = [.. counts];
        for (int id = 0; id < counts.Length; id++)
        {
            if (counts[id] == 0 || tokenizer.AddedTokens.ContainsKey(id) || tokenizer.IdToToken(id) is not { Length: > 1 } token)
                continue;
            foreach (System.Text.Rune letter in token.EnumerateRunes())
            {
                if (tokenizer.TokenToId(letter.ToString()) is { } single && single != id)
                    all[single] += counts[id];
            }
        }
        return all;
    }

    /// <summary>The tokenizer's own file with fewer tokens under new ids.</summary>
    private static Tokenizer Rewrite(Tokenizer tokenizer, int[] keptIds)
    {
        Dictionary<int, int> newIds = new(keptIds.Length);
        for (int id = 0; id < keptIds.Length; id++)
            newIds.Add(keptIds[id], id);

        ArrayBufferWriter<byte> written = new();
        using (Utf8JsonWriter writer = new(written))
            TokenizerFile.Write(writer, tokenizer);
        JsonObject file = JsonNode.Parse(written.WrittenSpan)!.AsObject();
        foreach (JsonNode? added in file["added_tokens"]!.AsArray())
            added!["id"] = newIds[(int)added["id"]!];
        JsonObject model = file["model"]!.AsObject();
        if (model["vocab"] is JsonArray pieces)
        {
            model["vocab"] = new JsonArray([.. keptIds.Select(id => pieces[id]!.DeepClone())]);
            if (model["unk_id"] is { } unknown)
                model["unk_id"] = newIds[(int)unknown];
        }
        else
        {
            JsonObject words = [];
            foreach ((int id, string token) in keptIds.Index().Select(pair => (pair.Index, tokenizer.IdToToken(pair.Item)!)))
                words[token] = id;
            model["vocab"] = words;
        }
        RenumberIds(file["post_processor"], newIds);

        byte[] json = System.Text.Encoding.UTF8.GetBytes(file.ToJsonString());
        return TokenizerFile.Read(json, tokenizer.Origin ?? "tokenizer.json", tokenizer.Settings);
    }

    /// <summary>Post-processors name special tokens with their ids: <c>"ids": [2]</c> in templates, <c>["[SEP]", 102]</c> in BERT's and RoBERTa's.</summary>
    private static void RenumberIds(JsonNode? node, Dictionary<int, int> newIds)
    {
        switch (node)
        {
            case JsonObject fields:
                foreach ((string name, JsonNode? value) in fields)
                {
                    if (name == "ids")
                    {
                        JsonArray ids = value!.AsArray();
                        for (int i = 0; i < ids.Count; i++)
                            ids[i] = newIds[(int)ids[i]!];
                    }
                    else if (name is "sep" or "cls")
                    {
                        value![1] = newIds[(int)value[1]!];
                    }
                    else
                    {
                        RenumberIds(value, newIds);
                    }
                }
                break;
            case JsonArray items:
                foreach (JsonNode? item in items)
                    RenumberIds(item, newIds);
                break;
        }
    }
}
