using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using System.Text.Json;
using Akin.Tokenizers.Json;

namespace Akin.Tokenizers.Models;

/// <summary>The tokens of a model and their ids. Immutable, safe for use by several threads.</summary>
public sealed class Vocabulary
{
    /// <summary>The largest id that a token may have: far above any published vocabulary, and small enough that a damaged file cannot ask for gigabytes.</summary>
    public const int MaximumId = (1 << 22) - 1;

    private static readonly ulong Seed = (ulong)Random.Shared.NextInt64();
    private static readonly ulong Factor = (ulong)Random.Shared.NextInt64() | 0x8000_0000_0000_0001;

    private readonly string?[] tokens;
    private readonly ulong[] slots; // open addressing: the upper half of the hash, then id + 1; or 0 for a free slot
    private readonly Func<string, string, TokenizerFileException> wrong;

    private Vocabulary(int capacity, Func<string, string, TokenizerFileException> wrong)
    {
        tokens = new string?[capacity];
        int size = 16;
        while (size < capacity * 2)
            size *= 2;
        slots = new ulong[size];
        this.wrong = wrong;
    }

    /// <summary>Makes a vocabulary whose ids are the places in the list.</summary>
    /// <param name="tokens">The tokens; all different.</param>
    public Vocabulary(IReadOnlyList<string> tokens)
        : this(tokens.Count, static (path, problem) => new TokenizerFileException("vocabulary", path, problem))
    {
        for (int id = 0; id < tokens.Count; id++)
            Add(tokens[id], id, string.Empty);
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
        ulong hash = Hash(token);
        ulong[] table = slots;
        int mask = table.Length - 1;
        for (int slot = (int)hash & mask; table[slot] != 0; slot = (slot + 1) & mask)
        {
            if (table[slot] >> 32 != hash >> 32)
                continue;
            id = (int)table[slot] - 1;
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

    /// <summary>The tokens by id; null where no token has the id.</summary>
    internal ReadOnlySpan<string?> Tokens => tokens;

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
        if (model.Large is not { HasIds: true } large)
            return Read(model.Object(name));
        model.Accept(name);
        string path = model.At(name), file = model.File;
        int limit = 0;
        foreach (int id in large.Ids)
            limit = Math.Max(limit, id + 1);
        Vocabulary vocabulary = new(limit, (place, problem) => new TokenizerFileException(file, place, problem));
        for (int i = 0; i < large.Ids.Count; i++)
            vocabulary.Add(large.Tokens[i], large.Ids[i], path);
        return vocabulary;
    }

    /// <summary>Reads an object that maps tokens to ids.</summary>
    internal static Vocabulary Read(JsonFields entries)
    {
        string path = entries.Path, file = entries.File; // not the JSON, which must not stay in memory
        int limit = 0;
        foreach (JsonProperty property in entries.Element.EnumerateObject())
        {
            int id = entries.AsInt(property.Value, path, minimum: 0);
            if (id > MaximumId)
                throw entries.Wrong(path, $"the token \"{entries.NameOf(property)}\" has the id {id}; the largest supported is {MaximumId}");
            limit = Math.Max(limit, id + 1);
        }
        Vocabulary vocabulary = new(limit, (place, problem) => new TokenizerFileException(file, place, problem));
        foreach (JsonProperty property in entries.Element.EnumerateObject())
            vocabulary.Add(entries.NameOf(property), property.Value.GetInt32(), path);
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

    /// <summary>Makes a vocabulary from tokens by id; some ids may have none.</summary>
    internal static Vocabulary FromSparseTokens(string?[] tokens, string file)
    {
        Vocabulary vocabulary = new(tokens.Length, (place, problem) => new TokenizerFileException(file, place, problem));
        for (int id = 0; id < tokens.Length; id++)
        {
            if (tokens[id] is { } token)
                vocabulary.Add(token, id, $"id {id}");
        }
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
                vocabulary.Add(lines[id], id, string.Empty);
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
        ulong hash = Hash(token);
        int mask = slots.Length - 1, slot = (int)hash & mask;
        for (; slots[slot] != 0; slot = (slot + 1) & mask)
        {
            int otherId = (int)slots[slot] - 1;
            if (slots[slot] >> 32 == hash >> 32 && tokens[otherId] == token)
                throw wrong(path, $"the token \"{token}\" has two ids, {otherId} and {id}");
        }
        tokens[id] = token;
        slots[slot] = (hash & 0xFFFF_FFFF_0000_0000) | (uint)(id + 1);
        Count++;
    }

    /// <summary>A hash that differs from process to process, so that no file can be made whose tokens all fall into one slot.</summary>
    private static ulong Hash(ReadOnlySpan<char> token)
    {
        ReadOnlySpan<byte> bytes = MemoryMarshal.AsBytes(token);
        ulong hash = Seed + (ulong)bytes.Length;
        for (; bytes.Length >= sizeof(ulong); bytes = bytes[sizeof(ulong)..])
            hash = Mix(hash ^ BinaryPrimitives.ReadUInt64LittleEndian(bytes));
        ulong rest = 0;
        for (int i = bytes.Length - 2; i >= 0; i -= 2)
            rest = (rest << 16) | BinaryPrimitives.ReadUInt16LittleEndian(bytes[i..]);
        return Mix(Mix(hash ^ rest));
    }

    /// <summary>Both halves of a product with a random odd number, folded into one.</summary>
    private static ulong Mix(ulong value)
    {
        ulong upper = Math.BigMul(value, Factor, out ulong lower);
        return upper ^ lower;
    }
}
