using System.Runtime.ExceptionServices;
using System.Text.Json;
using Akin.Tokenizers.Json;
using Akin.Tokenizers.Unicode;

namespace Akin.Tokenizers.Models;

/// <summary>
/// Unigram (Kudo, 2018; the default of SentencePiece): of all ways to cover a piece with tokens the one with the highest sum of scores,
/// which are logarithms of probabilities. Gives the tokens of Hugging Face tokenizers 0.23: neighbouring unknown characters are one token.
/// </summary>
public sealed class Unigram : Model
{
    private const double UnknownPenalty = 10; // below the lowest score of the vocabulary; the constant of SentencePiece
    private const double LargestScore = 1e100; // so that no sum over a text overflows; real scores are logarithms, from -20 to 0
    private const int Unknown = -1;
    private const int LongestWhole = 32; // longer pieces are rarely tokens

    private readonly double[] scores; // by id
    private readonly DoubleArray trie;
    private readonly int unknownId;
    private readonly double unknownScore;
    private readonly int[] byteIds = new int[256];
    private readonly bool hasAllBytes;
    private readonly bool[] staysWhole; // by id: a piece with the text of this token has been seen to become the token, as most do
    private readonly ScratchPool<UnigramPaths> scratches = new(static () => new UnigramPaths());

    /// <summary>Makes the model.</summary>
    /// <param name="pieces">The tokens with their scores; the place in the list is the id.</param>
    /// <param name="unknownId">The id that stands for what is not in the vocabulary, or null for none.</param>
    /// <param name="byteFallback">Whether what is not in the vocabulary becomes the tokens <c>&lt;0x00&gt;</c> to <c>&lt;0xFF&gt;</c> of its UTF-8 bytes. Default false.</param>
    /// <exception cref="TokenizerException">A token is there twice, a score is not a number, or no token has the unknown id.</exception>
    public Unigram(IReadOnlyList<(string Token, double Score)> pieces, int? unknownId, bool byteFallback = false)
        : this(new Vocabulary([.. pieces.Select(static piece => piece.Token)]), [.. pieces.Select(static piece => piece.Score)], unknownId, byteFallback)
    {
    }

    /// <summary>Makes the model from a vocabulary and the scores by id.</summary>
    internal Unigram(Vocabulary vocabulary, double[] scores, int? unknownId, bool byteFallback)
        : this(vocabulary, scores, new DoubleArray(vocabulary.Tokens, scores), unknownId, byteFallback)
    {
    }

    private Unigram(Vocabulary vocabulary, double[] scores, DoubleArray trie, int? unknownId, bool byteFallback)
    {
        this.trie = trie;
        staysWhole = new bool[vocabulary.IdLimit];
        (Vocabulary, this.scores, UnknownId, ByteFallback) = (vocabulary, scores, unknownId, byteFallback);
        this.unknownId = unknownId ?? Unknown;
        if (unknownId is { } unknown && !vocabulary.TryGetToken(unknown, out _))
            throw vocabulary.Wrong("model.unk_id", $"the unknown token has the id {unknown}; ids go from 0 to {vocabulary.IdLimit - 1}");
        double lowest = double.PositiveInfinity;
        foreach ((string token, int id) in vocabulary.Entries)
        {
            if (!(Math.Abs(scores[id]) <= LargestScore))
                throw vocabulary.Wrong($"model.vocab[{id}]", $"the score of \"{token}\" is {scores[id]}; a number from {-LargestScore} to {LargestScore} was expected");
            lowest = Math.Min(lowest, scores[id]);
        }
        unknownScore = lowest - UnknownPenalty;
        for (int value = 0; value < byteIds.Length; value++)
            byteIds[value] = vocabulary.TryGetId($"<0x{value:X2}>", out int id) ? id : Unknown;
        hasAllBytes = !byteIds.Contains(Unknown);
    }

    /// <inheritdoc/>
    public override string Type => "Unigram";

    /// <inheritdoc/>
    public override Vocabulary Vocabulary { get; }

    /// <summary>The id that stands for what is not in the vocabulary, or null for none.</summary>
    public int? UnknownId { get; }

    /// <summary>Whether what is not in the vocabulary becomes the tokens of its UTF-8 bytes.</summary>
    public bool ByteFallback { get; }

    /// <summary>The score of a token: the logarithm of its probability.</summary>
    /// <param name="id">The id of the token.</param>
    public double Score(int id) => scores[id];

    internal static new Unigram Read(JsonFields fields)
    {
        string path = fields.At("vocab");
        if (fields.Large is { HasScores: true } large)
        {
            fields.Accept("vocab");
            return FromPieces([.. large.Tokens], [.. large.Scores], fields, path);
        }
        JsonElement list = fields.Value("vocab") ?? throw fields.Refuse("vocab", "an array was expected, and the field is missing or null");
        if (list.ValueKind != JsonValueKind.Array)
            throw fields.Refuse("vocab", $"an array was expected, found {JsonFields.Describe(list)}");
        int count = list.GetArrayLength();
        if (count == 0)
            throw fields.Refuse("vocab", "the vocabulary is empty");
        string[] tokens = new string[count];
        double[] scores = new double[count];
        int id = 0;
        foreach (JsonElement item in list.EnumerateArray())
        {
            if (item.ValueKind != JsonValueKind.Array || item.GetArrayLength() != 2 || item[1].ValueKind != JsonValueKind.Number)
                throw fields.Wrong($"{path}[{id}]", $"a token and its score were expected, found {JsonFields.Describe(item)}");
            tokens[id] = fields.AsString(item[0], $"{path}[{id}]");
            scores[id++] = item[1].GetDouble();
        }
        return FromPieces(tokens, scores, fields, path);
    }

    /// <summary>Makes the model from the pieces of a file: the vocabulary and the trie side by side.</summary>
    private static Unigram FromPieces(string[] tokens, double[] scores, JsonFields fields, string path)
    {
        string file = fields.File;
        DoubleArray? trie = null;
        Vocabulary? vocabulary = null;
        try
        {
            Parallel.Invoke(() => trie = new DoubleArray(tokens, scores), () => vocabulary = Vocabulary.FromTokens(tokens, file, path));
        }
        catch (AggregateException problems) when (problems.InnerExceptions[0] is TokenizerFileException)
        {
            ExceptionDispatchInfo.Throw(problems.InnerExceptions[0]);
        }
        return new Unigram(vocabulary!, scores, trie!, fields.OptionalInt("unk_id"), fields.OptionalBool("byte_fallback") ?? false);
    }

    /// <inheritdoc/>
    public override void Tokenize(ReadOnlySpan<char> piece, List<ModelToken> tokens)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        if (piece.Length > LongestWhole || !Vocabulary.TryGetId(piece, out int whole))
            whole = Unknown; // the token that has the text of the piece
        else if (staysWhole[whole])
        {
            tokens.Add(new ModelToken(whole, Vocabulary[whole], 0, piece.Length));
            return;
        }
        int before = tokens.Count;
        UnigramPaths paths = scratches.Rent();
        int unknownStart = Unknown; // where a run of unknown characters began that may go on
        double score = 0;
        for (int from = 0; from < piece.Length;)
        {
            int length = paths.Find<ExactSum>(trie, piece[from..], ref score, unknownScore, out int firstUnknown);
            if (firstUnknown >= 0 && unknownId < 0)
                throw NoUnknown(piece[(from + firstUnknown)..]);
            paths.TurnAround(length);
            UnigramPaths.Ending[] endings = paths.WithRoomFor(0);
            for (int start = 0; start < length;)
            {
                int end = endings[start].Start, node = endings[end].Node, id = node < 0 ? unknownId : trie.IdAt(node);
                if (id == unknownId)
                {
                    if (unknownStart < 0)
                        unknownStart = from + start;
                }
                else
                {
                    if (unknownStart >= 0)
                        AddUnknown(piece, ref unknownStart, from + start, tokens);
                    tokens.Add(new ModelToken(id, Vocabulary[id], from + start, from + end));
                }
                start = end;
            }
            paths.Clear(length);
            from += length;
        }
        if (unknownStart >= 0)
            AddUnknown(piece, ref unknownStart, piece.Length, tokens);
        if (!paths.IsHuge)
            scratches.Return(paths);
        if (whole >= 0 && tokens.Count == before + 1 && tokens[before].Id == whole)
            staysWhole[whole] = true;
    }

    private TokenizerFileException NoUnknown(ReadOnlySpan<char> text) => Vocabulary.Wrong(
        "model.unk_id", $"the character '{text[..1]}' (U+{Utf16.CodePointAt(text, 0, out _):X4}) is not in the vocabulary, and there is no unknown token that could stand for it");

    /// <summary>Ends a run of unknown characters: it is one token, or its bytes.</summary>
    private void AddUnknown(ReadOnlySpan<char> piece, ref int start, int end, List<ModelToken> tokens)
    {
        ReadOnlySpan<char> text = piece[start..end];
        if (Vocabulary.TryGetId(text, out int known)) // such as "<unk>" itself
        {
            tokens.Add(new ModelToken(known, Vocabulary[known], start, end));
        }
        else if (!ByteFallback || !TryAddBytes(text, start, end, tokens))
        {
            tokens.Add(new ModelToken(unknownId, null, start, end));
        }
        start = Unknown;
    }

    private bool TryAddBytes(ReadOnlySpan<char> text, int start, int end, List<ModelToken> tokens)
    {
        Span<byte> bytes = stackalloc byte[4];
        if (!hasAllBytes)
        {
            foreach (System.Text.Rune rune in text.EnumerateRunes())
            {
                foreach (byte value in bytes[..rune.EncodeToUtf8(bytes)])
                {
                    if (byteIds[value] < 0)
                        return false;
                }
            }
        }
        foreach (System.Text.Rune rune in text.EnumerateRunes())
        {
            foreach (byte value in bytes[..rune.EncodeToUtf8(bytes)])
                tokens.Add(new ModelToken(byteIds[value], Vocabulary[byteIds[value]], start, end));
        }
        return true;
    }

    /// <summary>Scores are added in 64 bits.</summary>
    private readonly struct ExactSum : IScoreSum
    {
        public static double Add(double score, double more) => score + more;
    }

    private protected override void WriteLargeFields(Utf8JsonWriter writer)
    {
        writer.WriteStartArray("vocab");
        foreach ((string token, int id) in Vocabulary.Entries)
        {
            writer.WriteStartArray();
            writer.WriteStringValue(token);
            writer.WriteNumberValue(scores[id]);
            writer.WriteEndArray();
        }
        writer.WriteEndArray();
    }

    private protected override void WriteFields(Utf8JsonWriter writer)
    {
        if (UnknownId is { } unknown)
            writer.WriteNumber("unk_id", unknown);
        else
            writer.WriteNull("unk_id");
        writer.WriteBoolean("byte_fallback", ByteFallback);
    }
}
