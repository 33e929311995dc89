using System.Globalization;
using System.Text;
using System.Text.Json;
using Akin.Tokenizers.Json;
using Akin.Tokenizers.Unicode;

namespace Akin.Tokenizers.Models;

/// <summary>
/// Byte-pair encoding (Sennrich, Haddow and Birch, 2016): a piece starts as its characters, and the neighbours whose merge was learnt first
/// become one token, until no neighbours merge. Gives the tokens of Hugging Face tokenizers 0.23.
/// </summary>
public sealed class BPE : Model
{
    private const int Unknown = -1; // in place of an id: the character has none
    private const int LongestWhole = 32; // longer pieces are rarely tokens

    private readonly MergeTable merges;
    private readonly bool mergesArePairs;
    private readonly BpeOptions options;
    private readonly byte[] prefix; // in UTF-8
    private readonly byte[] suffix;
    private readonly BpeAlphabet[] alphabets; // by place: inside, first, last, first and last
    private readonly int[] byteIds = new int[256];
    private readonly int unknownId;
    private readonly ScratchPool<BpeSymbols> scratches = new(static () => new BpeSymbols());
    private readonly bool[] staysWhole; // by id: a piece with the text of this token has been seen to become the token, as most do
    private long dropoutCalls;

    /// <summary>Makes the model.</summary>
    /// <param name="vocabulary">The tokens.</param>
    /// <param name="merges">The pairs of tokens that become one, those that were learnt first in front. The token of a pair is both texts together, without the prefix of the right one.</param>
    /// <param name="options">What the merges do not decide; null takes the defaults.</param>
    /// <exception cref="TokenizerException">A merge has a token that is not in the vocabulary, or is there twice; the dropout is not between 0 and 1.</exception>
    public BPE(Vocabulary vocabulary, IReadOnlyList<(string Left, string Right)> merges, BpeOptions? options = null)
        : this(vocabulary, TableOf(vocabulary, merges, options), options)
    {
    }

    /// <summary>Makes the model from a table of merges that was filled while reading.</summary>
    internal BPE(Vocabulary vocabulary, MergeTable merges, BpeOptions? options, bool mergesArePairs = true)
    {
        options ??= new BpeOptions();
        if (options.Dropout is < 0 or > 1 or double.NaN)
            throw vocabulary.Wrong("model.dropout", $"a probability from 0 to 1 was expected, found {options.Dropout.Value.ToString(CultureInfo.InvariantCulture)}");
        (Vocabulary, this.merges, this.options, this.mergesArePairs) = (vocabulary, merges, options, mergesArePairs);
        string prefix = options.ContinuingSubwordPrefix ?? string.Empty, suffix = options.EndOfWordSuffix ?? string.Empty;
        (this.prefix, this.suffix) = (System.Text.Encoding.UTF8.GetBytes(prefix), System.Text.Encoding.UTF8.GetBytes(suffix));
        BpeAlphabet inside = new(vocabulary, prefix, string.Empty);
        BpeAlphabet first = prefix.Length == 0 ? inside : new BpeAlphabet(vocabulary, string.Empty, string.Empty);
        alphabets =
        [
            inside,
            first,
            suffix.Length == 0 ? inside : new BpeAlphabet(vocabulary, prefix, suffix),
            suffix.Length == 0 ? first : new BpeAlphabet(vocabulary, string.Empty, suffix),
        ];
        staysWhole = new bool[vocabulary.IdLimit];
        List<string> others = options.ByteFallback ? ["<0x"] : [];
        if (options.UnknownToken is { Length: > 0 })
            others.Add(options.UnknownToken);
        merges.AddMeetings(inside, prefix, suffix, others);
        for (int value = 0; value < byteIds.Length; value++)
            byteIds[value] = options.ByteFallback && vocabulary.TryGetId($"<0x{value:X2}>", out int id) ? id : Unknown;
        unknownId = options.UnknownToken is { } unknown && vocabulary.TryGetId(unknown, out int known) ? known : Unknown;
    }

    /// <inheritdoc/>
    public override string Type => "BPE";

    /// <inheritdoc/>
    public override Vocabulary Vocabulary { get; }

    /// <summary>What the merges do not decide.</summary>
    public BpeOptions Options => options;

    /// <summary>The pairs of tokens that become one, in the order of their ranks. Made anew at every call.</summary>
    public IReadOnlyList<(string Left, string Right)> Merges => merges.InOrder();

    internal override bool IsRepeatable => !(options.Dropout > 0);

    private protected override IReadOnlyList<string> LargeFields { get; } = ["vocab", "merges"];

    internal static new BPE Read(JsonFields fields)
    {
        Vocabulary vocabulary = Vocabulary.Read(fields, "vocab");
        BpeOptions options = new()
        {
            UnknownToken = fields.OptionalString("unk_token"),
            ContinuingSubwordPrefix = fields.OptionalString("continuing_subword_prefix"),
            EndOfWordSuffix = fields.OptionalString("end_of_word_suffix"),
            FuseUnknown = fields.OptionalBool("fuse_unk") ?? false,
            ByteFallback = fields.OptionalBool("byte_fallback") ?? false,
            IgnoreMerges = fields.OptionalBool("ignore_merges") ?? false,
            Dropout = ReadDropout(fields),
        };
        MergeTable merges = ReadMerges(fields, vocabulary, options.ContinuingSubwordPrefix, out bool arePairs);
        return new BPE(vocabulary, merges, options, arePairs);
    }

    /// <inheritdoc/>
    public override void Tokenize(ReadOnlySpan<char> piece, List<ModelToken> tokens)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        if (piece.IsEmpty)
            return;
        bool dropsOut = options.Dropout is > 0;
        int whole = Unknown; // the token that has the text of the piece
        if (!dropsOut && (options.IgnoreMerges || piece.Length <= LongestWhole) && Vocabulary.TryGetId(piece, out whole) && (options.IgnoreMerges || staysWhole[whole]))
        {
            tokens.Add(new ModelToken(whole, Vocabulary[whole], 0, piece.Length));
            return;
        }
        BpeSymbols symbols = scratches.Rent();
        bool inBytes = !TryStart(piece, symbols);
        if (inBytes)
            StartInBytes(piece, symbols);
        if (dropsOut)
        {
            ulong random = ((ulong)(uint)options.DropoutSeed << 32) ^ ((ulong)Interlocked.Increment(ref dropoutCalls) * 0xD6E8_FEB8_6659_FD93);
            symbols.Merge(merges, options.Dropout!.Value, ref random);
        }
        else
        {
            symbols.Merge(merges);
            if (whole >= 0 && symbols.Count == 1 && symbols.Ids[0] == whole && !inBytes)
                staysWhole[whole] = true;
        }
        if (inBytes)
            AddInBytes(piece, symbols, tokens);
        else
            AddInUnits(symbols, tokens);
        if (!symbols.IsHuge)
            scratches.Return(symbols);
    }

    /// <summary>Takes the characters of a piece as symbols, as long as each is in the vocabulary.</summary>
    private bool TryStart(ReadOnlySpan<char> piece, BpeSymbols symbols)
    {
        symbols.Clear();
        for (int i = 0; i < piece.Length;)
        {
            int codePoint = Utf16.CodePointAt(piece, i, out int size);
            int id = alphabets[Place(i, size, piece.Length)].Find(codePoint);
            if (id < 0)
                return false;
            symbols.Add(id, size);
            i += size;
        }
        return true;
    }

    /// <summary>
    /// The same for a piece with characters that are not in the vocabulary. Lengths count UTF-8 bytes, because the reference does so and
    /// shifts the offsets of what follows when it leaves a character out.
    /// </summary>
    private void StartInBytes(ReadOnlySpan<char> piece, BpeSymbols symbols)
    {
        symbols.Clear();
        int pending = 0; // bytes of an unknown token that is not added yet: the reference adds byte tokens before it
        for (int i = 0; i < piece.Length;)
        {
            int codePoint = Utf16.CodePointAt(piece, i, out int size);
            int place = Place(i, size, piece.Length), id = alphabets[place].Find(codePoint), bytes = ByteAlphabet.LengthOf(codePoint);
            i += size;
            if (id >= 0)
            {
                if (pending > 0)
                    symbols.Add(unknownId, pending);
                pending = 0;
                symbols.Add(id, bytes);
            }
            else if (!TryAddBytes(codePoint, place, symbols) && options.UnknownToken is { } unknown)
            {
                if (unknownId < 0)
                    throw Vocabulary.Wrong("model.unk_token", $"a character is not in the vocabulary, and neither is the unknown token \"{unknown}\" that should stand for it");
                if (pending > 0 && !options.FuseUnknown)
                {
                    symbols.Add(unknownId, pending);
                    pending = 0;
                }
                pending += bytes;
            }
        }
        if (pending > 0)
            symbols.Add(unknownId, pending);
    }

    /// <summary>Adds the byte tokens of a character with its prefix and suffix, when all of them are in the vocabulary.</summary>
    private bool TryAddBytes(int codePoint, int place, BpeSymbols symbols)
    {
        if (!options.ByteFallback)
            return false;
        Span<byte> bytes = stackalloc byte[4];
        bytes = bytes[..new Rune(codePoint).EncodeToUtf8(bytes)];
        ReadOnlySpan<byte> before = (place & 1) == 0 ? prefix : [], after = (place & 2) != 0 ? suffix : [];
        if (!HasAll(before) || !HasAll(bytes) || !HasAll(after))
            return false;
        AddAll(before, symbols);
        AddAll(bytes, symbols);
        AddAll(after, symbols);
        return true;
    }

    private bool HasAll(ReadOnlySpan<byte> bytes)
    {
        foreach (byte value in bytes)
        {
            if (byteIds[value] < 0)
                return false;
        }
        return true;
    }

    private void AddAll(ReadOnlySpan<byte> bytes, BpeSymbols symbols)
    {
        foreach (byte value in bytes)
            symbols.Add(byteIds[value], 1);
    }

    private void AddInUnits(BpeSymbols symbols, List<ModelToken> tokens)
    {
        ReadOnlySpan<int> ids = symbols.Ids, lengths = symbols.Lengths;
        int at = 0;
        for (int i = 0; i < ids.Length; i++)
        {
            tokens.Add(new ModelToken(ids[i], Vocabulary[ids[i]], at, at + lengths[i]));
            at += lengths[i];
        }
    }

    /// <summary>Adds the tokens of symbols whose lengths count bytes; a token that starts or ends inside a character has the whole of it.</summary>
    private void AddInBytes(ReadOnlySpan<char> piece, BpeSymbols symbols, List<ModelToken> tokens)
    {
        ReadOnlySpan<int> ids = symbols.Ids, lengths = symbols.Lengths;
        int unit = 0, unitBytes = 0; // a place in the piece, and how many bytes are before it
        int startBytes = 0;
        for (int i = 0; i < ids.Length; i++)
        {
            int endBytes = startBytes + lengths[i];
            while (unit < piece.Length && unitBytes + BytesAt(piece, unit, out int size) <= startBytes)
            {
                unitBytes += BytesAt(piece, unit, out _);
                unit += size;
            }
            int end = unit;
            for (int bytes = unitBytes; end < piece.Length && bytes < endBytes;)
            {
                bytes += BytesAt(piece, end, out int size);
                end += size;
            }
            tokens.Add(new ModelToken(ids[i], Vocabulary[ids[i]], unit, end));
            startBytes = endBytes;
        }
    }

    /// <summary>Which of <see cref="alphabets"/> a character is looked up in: 1 for the first of the piece, 2 for the last.</summary>
    private static int Place(int at, int size, int length) => (at == 0 ? 1 : 0) | (at + size == length ? 2 : 0);

    private static int BytesAt(ReadOnlySpan<char> piece, int at, out int size) => ByteAlphabet.LengthOf(Utf16.CodePointAt(piece, at, out size));

    private static MergeTable TableOf(Vocabulary vocabulary, IReadOnlyList<(string Left, string Right)> merges, BpeOptions? options)
    {
        ArgumentNullException.ThrowIfNull(vocabulary);
        ArgumentNullException.ThrowIfNull(merges);
        MergeTable table = new(vocabulary, options?.ContinuingSubwordPrefix, merges.Count, (rank, problem) => vocabulary.Wrong($"model.merges[{rank}]", problem));
        foreach ((string left, string right) in merges)
            table.Add(left, right);
        return table;
    }

    private static double? ReadDropout(JsonFields fields)
    {
        if (fields.Value("dropout") is not { } value)
            return null;
        if (value.ValueKind != JsonValueKind.Number || !value.TryGetDouble(out double dropout) || dropout is not (>= 0 and <= 1))
            throw fields.Refuse("dropout", $"a probability from 0 to 1 was expected, found {JsonFields.Describe(value)}");
        return dropout;
    }

    /// <summary>Reads merges, which are arrays of two tokens or, in files of before 2024, strings with a space between the two.</summary>
    private static MergeTable ReadMerges(JsonFields fields, LargeFields large, Vocabulary vocabulary, string? prefix, out bool arePairs)
    {
        fields.Accept("merges");
        string place = fields.At("merges"), file = fields.File;
        arePairs = large.MergesArePairs || large.Merges.Count == 0;
        MergeTable merges = new(
            vocabulary, prefix, large.MergesArePairs ? large.Merges.Count / 2 : large.Merges.Count, (rank, problem) => new TokenizerFileException(file, $"{place}[{rank}]", problem));
        for (int i = 0; i < large.Merges.Count; i++)
        {
            if (large.MergesArePairs)
                merges.Add(large.Merges[i], large.Merges[++i]);
            else
                AddMerge(merges, large.Merges[i], fields, $"{place}[{i}]");
        }
        return merges;
    }

    private static void AddMerge(MergeTable merges, string text, JsonFields fields, string place)
    {
        int space = text.IndexOf(' ', StringComparison.Ordinal);
        if (space < 0 || text.AsSpan(space + 1).Contains(' '))
            throw fields.Wrong(place, $"two tokens with one space between them were expected, found \"{text}\"");
        merges.Add(text.AsSpan(0, space), text.AsSpan(space + 1));
    }

    private static MergeTable ReadMerges(JsonFields fields, Vocabulary vocabulary, string? prefix, out bool arePairs)
    {
        if (fields.Large is { HasMerges: true } large)
            return ReadMerges(fields, large, vocabulary, prefix, out arePairs);
        JsonElement list = fields.Value("merges") ?? throw fields.Refuse("merges", "an array was expected, and the field is missing or null");
        if (list.ValueKind != JsonValueKind.Array)
            throw fields.Refuse("merges", $"an array was expected, found {JsonFields.Describe(list)}");
        string place = fields.At("merges"), file = fields.File;
        MergeTable merges = new(vocabulary, prefix, list.GetArrayLength(), (rank, problem) => new TokenizerFileException(file, $"{place}[{rank}]", problem));
        arePairs = true;
        int index = 0;
        foreach (JsonElement item in list.EnumerateArray())
        {
            if (index == 0)
                arePairs = item.ValueKind != JsonValueKind.String;
            if (arePairs)
            {
                if (item.ValueKind != JsonValueKind.Array || item.GetArrayLength() != 2)
                    throw fields.Wrong($"{place}[{index}]", $"an array of two tokens was expected, found {JsonFields.Describe(item)}");
                merges.Add(fields.AsString(item[0], $"{place}[{index}][0]"), fields.AsString(item[1], $"{place}[{index}][1]"));
            }
            else
            {
                AddMerge(merges, fields.AsString(item, $"{place}[{index}]"), fields, $"{place}[{index}]");
            }
            index++;
        }
        return merges;
    }

    private protected override void WriteLargeFields(Utf8JsonWriter writer)
    {
        base.WriteLargeFields(writer);
        writer.WriteStartArray("merges");
        foreach ((string left, string right) in merges.InOrder())
        {
            if (!mergesArePairs)
            {
                writer.WriteStringValue($"{left} {right}");
                continue;
            }
            writer.WriteStartArray();
            writer.WriteStringValue(left);
            writer.WriteStringValue(right);
            writer.WriteEndArray();
        }
        writer.WriteEndArray();
    }

    private protected override void WriteFields(Utf8JsonWriter writer)
    {
        if (options.Dropout is { } dropout)
            writer.WriteNumber("dropout", dropout);
        else
            writer.WriteNull("dropout");
        writer.WriteString("unk_token", options.UnknownToken);
        writer.WriteString("continuing_subword_prefix", options.ContinuingSubwordPrefix);
        writer.WriteString("end_of_word_suffix", options.EndOfWordSuffix);
        writer.WriteBoolean("fuse_unk", options.FuseUnknown);
        writer.WriteBoolean("byte_fallback", options.ByteFallback);
        writer.WriteBoolean("ignore_merges", options.IgnoreMerges);
    }
}
