using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Akin.Tokenizers.Json;

namespace Akin.Tokenizers.Models;

/// <summary>The tokens of a model and their ids. Immutable, safe for use by several threads.</summary>
public sealed class Vocabulary
{
    /// <summary>The largest id that a token may have: far above any published vocabulary, and small enough that a damaged file cannot ask for gigabytes.</summary>
    public const int MaximumId = (1 << 22) - 1;

    private readonly string?[] tokens;
    private readonly int[] slots; // open addressing: id + 1, or 0 for a free slot
    private readonly Func<string, string, TokenizerFileException> wrong;

    private Vocabulary(int capacity, Func<string, string, TokenizerFileException> wrong)
    {
        tokens = new string?[capacity];
        int size = 16;
        while (size < capacity * 2)
            size *= 2;
        slots = new int[size];
        this.wrong = wrong;
    }

    /// <summary>Makes a vocabulary whose ids are the places in the list.</summary>
    /// <param name="tokens">The tokens; all different.</param>
    public Vocabulary(IReadOnlyList<string> tokens)
        : this(tokens.Count, static (path, problem) => new TokenizerFileException("vocabulary", path, problem))
    {
        for (int id = 0; id < tokens.Count; id++)
            Add(tokens[id], id, $"[{id}]");
    }

    /// <summary>Number of tokens.</summary>
    public int Count { get; private set; }

    /// <summary>One more than the largest id.</summary>
    public int IdLimit => tokens.Length;

    /// <summary>The id of a token.</summary>
    /// <param name="token">The token.</param>
    /// <param name="id">Its id.</param>
    /// <returns>Whether the token is in the vocabulary.</returns>
    public bool TryGetId(ReadOnlySpan<char> token, out int id)
    {
        for (int slot = Hash(token); slots[slot] != 0; slot = (slot + 1) & (slots.Length - 1))
        {
            id = slots[slot] - 1;
            if (token.SequenceEqual(tokens[id]))
                return true;
        }
        id = -1;
        return false;
    }

    /// <summary>The token of an id.</summary>
    /// <param name="id">The id.</param>
    /// <param name="token">The token.</param>
    /// <returns>Whether a token has this id.</returns>
    public bool TryGetToken(int id, [NotNullWhen(true)] out string? token)
    {
        token = (uint)id < (uint)tokens.Length ? tokens[id] : null;
        return token is not null;
    }

    /// <summary>The token of an id that was taken from this vocabulary.</summary>
    internal string this[int id] => tokens[id]!;

    /// <summary>All tokens in the order of their ids.</summary>
    public IEnumerable<KeyValuePair<string, int>> Entries
    {
        get
        {
            for (int id = 0; id < tokens.Length; id++)
            {
                if (tokens[id] is { } token)
                    yield return new KeyValuePair<string, int>(token, id);
            }
        }
    }

    /// <summary>Reads the object of a <c>tokenizer.json</c> model that maps tokens to ids.</summary>
    internal static Vocabulary Read(JsonFields model, string name)
    {
        JsonElement element = model.Object(name).Element;
        string path = model.At(name);
        int limit = 0;
        foreach (JsonProperty property in element.EnumerateObject())
        {
            int id = model.AsInt(property.Value, path, minimum: 0);
            if (id > MaximumId)
                throw model.Refuse(name, $"the token \"{model.NameOf(property)}\" has the id {id}; the largest supported is {MaximumId}");
            limit = Math.Max(limit, id + 1);
        }
        string file = model.File; // not the JSON, which must not stay in memory
        Vocabulary vocabulary = new(limit, (place, problem) => new TokenizerFileException(file, place, problem));
        foreach (JsonProperty property in element.EnumerateObject())
            vocabulary.Add(model.NameOf(property), property.Value.GetInt32(), path);
        return vocabulary;
    }

    /// <summary>Makes a vocabulary from a list of a file; the places in the list are the ids.</summary>
    internal static Vocabulary FromTokens(string[] tokens, string file, string path)
    {
        Vocabulary vocabulary = new(tokens.Length, (place, problem) => new TokenizerFileException(file, place, problem));
        for (int id = 0; id < tokens.Length; id++)
            vocabulary.Add(tokens[id], id, path);
        return vocabulary;
    }

    /// <summary>Makes a vocabulary from lines whose numbers are the ids. Where a token is there twice the last line counts, as in Python.</summary>
    internal static Vocabulary FromLines(IReadOnlyList<string> lines, string file)
    {
        Vocabulary vocabulary = new(lines.Count, (path, problem) => new TokenizerFileException(file, path, problem));
        Dictionary<string, int> last = new(StringComparer.Ordinal);
        for (int id = 0; id < lines.Count; id++)
            last[lines[id]] = id;
        for (int id = 0; id < lines.Count; id++)
        {
            if (last[lines[id]] == id)
                vocabulary.Add(lines[id], id, $"line {id + 1}");
        }
        return vocabulary;
    }

    internal void Write(Utf8JsonWriter writer, string name)
    {
        writer.WriteStartObject(name);
        foreach ((string token, int id) in Entries)
            writer.WriteNumber(token, id);
        writer.WriteEndObject();
    }

    /// <summary>The error for a token that cannot be used.</summary>
    internal TokenizerFileException Wrong(string path, string problem) => wrong(path, problem);

    private void Add(string token, int id, string path)
    {
        if (tokens[id] is { } other)
            throw wrong(path, $"the tokens \"{other}\" and \"{token}\" have the same id {id}");
        if (TryGetId(token, out int otherId))
            throw wrong(path, $"the token \"{token}\" has two ids, {otherId} and {id}");
        tokens[id] = token;
        int slot = Hash(token);
        while (slots[slot] != 0)
            slot = (slot + 1) & (slots.Length - 1);
        slots[slot] = id + 1;
        Count++;
    }

    private int Hash(ReadOnlySpan<char> token) => string.GetHashCode(token) & (slots.Length - 1);
}
