using System.Text.Json;
using Akin.Tokenizers.Models;

namespace Akin.Tokenizers.Json;

/// <summary>
/// The fields of a <c>tokenizer.json</c> that are most of it, the vocabulary and the merges of the model, read in one pass without a document of the
/// whole file in memory; and the rest of the file, in which these fields are null.
/// </summary>
internal sealed class LargeFields
{
    private const int Depth = 64;

    private LargeFields()
    {
    }

    /// <summary>The tokens of the vocabulary in the order of the file.</summary>
    public List<string> Tokens { get; } = [];

    /// <summary>The ids of the tokens, where the vocabulary is an object.</summary>
    public List<int> Ids { get; } = [];

    /// <summary>The scores of the tokens, where the vocabulary is a list.</summary>
    public List<double> Scores { get; } = [];

    /// <summary>Whether there is a vocabulary of tokens with ids.</summary>
    public bool HasIds { get; private set; }

    /// <summary>Whether there is a vocabulary of tokens with scores.</summary>
    public bool HasScores { get; private set; }

    /// <summary>Whether there are merges.</summary>
    public bool HasMerges { get; private set; }

    /// <summary>Whether every merge is a list of two tokens, left and right one after the other in <see cref="Merges"/>, rather than one text.</summary>
    public bool MergesArePairs { get; private set; }

    /// <summary>The merges.</summary>
    public List<string> Merges { get; } = [];

    /// <summary>
    /// Takes the large fields out of a file. Where anything is not as expected nothing is taken, and the file is read in the ordinary way, which says what is wrong.
    /// </summary>
    /// <param name="json">The file.</param>
    /// <param name="rest">The file without these fields.</param>
    public static LargeFields? TryTake(ReadOnlyMemory<byte> json, out ReadOnlyMemory<byte> rest)
    {
        rest = json;
        LargeFields fields = new();
        List<(int Start, int End)> taken = [];
        try
        {
            if (!fields.Read(json.Span, taken))
                return null;
        }
        catch (Exception problem) when (problem is JsonException or InvalidOperationException)
        {
            return null;
        }
        ReadOnlySpan<byte> nothing = "null"u8;
        int length = json.Length;
        foreach ((int start, int end) in taken)
            length += nothing.Length - (end - start);
        byte[] kept = new byte[length];
        int from = 0, to = 0;
        foreach ((int start, int end) in taken)
        {
            json.Span[from..start].CopyTo(kept.AsSpan(to));
            to += start - from;
            nothing.CopyTo(kept.AsSpan(to));
            to += nothing.Length;
            from = end;
        }
        json.Span[from..].CopyTo(kept.AsSpan(to));
        rest = kept;
        return fields;
    }

    /// <summary>Whether these are the fields that a model has; else the ordinary way says what is wrong with them.</summary>
    public bool Fit(JsonFields model) => Model.TypeOf(model, this) switch
    {
        "Unigram" => HasScores && !HasMerges,
        "BPE" => HasIds && HasMerges,
        "WordPiece" or "WordLevel" => HasIds && !HasMerges,
        _ => false,
    };

    private bool Read(ReadOnlySpan<byte> json, List<(int Start, int End)> taken)
    {
        Utf8JsonReader reader = new(json, new JsonReaderOptions { MaxDepth = Depth });
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            return false;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            bool isModel = reader.ValueTextEquals("model"u8);
            if (!reader.Read())
                return false;
            if (isModel && reader.TokenType == JsonTokenType.StartObject && !ReadModel(ref reader, taken))
                return false;
            reader.Skip();
        }
        return !reader.Read() && taken.Count > 0; // throws when something follows
    }

    private bool ReadModel(ref Utf8JsonReader reader, List<(int Start, int End)> taken)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            bool isVocabulary = reader.ValueTextEquals("vocab"u8), isMerges = reader.ValueTextEquals("merges"u8);
            if (!reader.Read())
                return false;
            int start = (int)reader.TokenStartIndex;
            bool isTaken = isVocabulary && !HasIds && !HasScores
                ? reader.TokenType switch
                {
                    JsonTokenType.StartObject => HasIds = ReadIds(ref reader),
                    JsonTokenType.StartArray => HasScores = ReadScores(ref reader),
                    _ => false,
                }
                : isMerges && !HasMerges && reader.TokenType == JsonTokenType.StartArray && (HasMerges = ReadMerges(ref reader));
            if (isTaken)
                taken.Add((start, (int)reader.BytesConsumed));
            else if (isVocabulary || isMerges)
                return false;
            else
                reader.Skip();
        }
        return reader.TokenType == JsonTokenType.EndObject;
    }

    private bool ReadIds(ref Utf8JsonReader reader)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            Tokens.Add(reader.GetString()!);
            if (!reader.Read() || reader.TokenType != JsonTokenType.Number || !reader.TryGetInt32(out int id) || id is < 0 or > Vocabulary.MaximumId)
                return false;
            Ids.Add(id);
        }
        return reader.TokenType == JsonTokenType.EndObject;
    }

    private bool ReadScores(ref Utf8JsonReader reader)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.StartArray)
        {
            if (!reader.Read() || reader.TokenType != JsonTokenType.String)
                return false;
            Tokens.Add(reader.GetString()!);
            if (!reader.Read() || reader.TokenType != JsonTokenType.Number)
                return false;
            Scores.Add(reader.GetDouble());
            if (!reader.Read() || reader.TokenType != JsonTokenType.EndArray)
                return false;
        }
        return reader.TokenType == JsonTokenType.EndArray && Tokens.Count > 0;
    }

    private bool ReadMerges(ref Utf8JsonReader reader)
    {
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            bool isPair = reader.TokenType == JsonTokenType.StartArray;
            if (Merges.Count == 0)
                MergesArePairs = isPair;
            if (isPair != MergesArePairs || (isPair && !reader.Read()))
                return false;
            for (int part = 0; part < (isPair ? 2 : 1); part++)
            {
                if (reader.TokenType != JsonTokenType.String)
                    return false;
                Merges.Add(reader.GetString()!);
                if (isPair && !reader.Read())
                    return false;
            }
            if (isPair && reader.TokenType != JsonTokenType.EndArray)
                return false;
        }
        return reader.TokenType == JsonTokenType.EndArray;
    }
}
