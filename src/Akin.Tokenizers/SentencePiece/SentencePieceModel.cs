using System.Text;
using Akin.Tokenizers.Models;
using Akin.Tokenizers.Unicode;

namespace Akin.Tokenizers.SentencePiece;

/// <summary>
/// Cuts a text as SentencePiece 0.2 does. Unlike <see cref="Unigram"/> and <see cref="BPE"/> it adds scores as 32-bit numbers, always takes user-defined
/// pieces whole, finds no control piece in text, and merges pairs of equal score from the left.
/// </summary>
public sealed class SentencePieceModel : Model
{
    private const char EscapedSpace = '\u2581';

    private readonly SentencePieceFile file;
    private readonly ISentencePieceSegmenter segmenter;
    private readonly Dictionary<int, Segment[]> numberCommas = []; // what becomes of pieces that end in a digit and a comma, where these are split
    private readonly int[] ids; // by id of the piece: what the caller gets
    private readonly int unknownId;
    private readonly int[] byteIds = new int[256];
    private readonly Dictionary<string, int> pieceIds = new(StringComparer.Ordinal); // filled where pieces are cut anew
    private readonly bool isMapped;
    private readonly bool splitsNumberCommas;
    private readonly ScratchPool<List<Segment>> scratches = new(static () => []);

    /// <summary>Makes the model; the ids are those of the file.</summary>
    /// <param name="file">The file.</param>
    /// <exception cref="TokenizerFileException">The file asks for something that is not supported.</exception>
    public SentencePieceModel(SentencePieceFile file)
        : this(file, null, null)
    {
    }

    /// <summary>Makes the model with ids from another vocabulary, as Marian has them; pieces that it lacks are unknown.</summary>
    internal SentencePieceModel(SentencePieceFile file, Vocabulary? vocabulary, string? unknownToken, bool splitsNumberCommas = false)
    {
        ArgumentNullException.ThrowIfNull(file);
        this.file = file;
        this.splitsNumberCommas = splitsNumberCommas;
        isMapped = vocabulary is not null;
        Vocabulary = vocabulary ?? new Vocabulary([.. file.Pieces.Select(static piece => piece.Text)]);
        unknownId = vocabulary is null ? file.UnknownId
            : vocabulary.TryGetId(unknownToken, out int unknown) ? unknown
            : throw vocabulary.Wrong(string.Empty, $"the vocabulary lacks the unknown token \"{unknownToken}\"");
        ids = new int[file.Pieces.Count];
        for (int id = 0; id < ids.Length; id++)
        {
            SentencePiece piece = file.Pieces[id];
            if (splitsNumberCommas)
                pieceIds[piece.Text] = id;
            ids[id] = vocabulary is null ? id : vocabulary.TryGetId(piece.Text, out int mapped) ? mapped : unknownId;
            if (piece.Type == SentencePieceType.Byte && SentencePieceFile.TryByte(piece.Text, out byte value))
                byteIds[value] = id;
        }
        segmenter = file.Algorithm switch
        {
            SentencePieceAlgorithm.Unigram => new UnigramSegmenter(file),
            SentencePieceAlgorithm.Bpe => new BpeSegmenter(file),
            SentencePieceAlgorithm.Word => new WordSegmenter(file),
            _ => new CharacterSegmenter(file),
        };
        if (!splitsNumberCommas)
            return;
        for (int id = 0; id < ids.Length; id++)
        {
            string text = file.Pieces[id].Text;
            if (id != file.UnknownId && text.Length >= 2 && text[^1] == ',' && char.IsDigit(text[^2]))
                numberCommas[id] = CutNumberComma(text);
        }
    }

    /// <inheritdoc/>
    public override string Type => "SentencePiece";

    /// <inheritdoc/>
    public override Vocabulary Vocabulary { get; }

    /// <summary>The file.</summary>
    public SentencePieceFile File => file;

    /// <summary>The id that stands for what no piece covers.</summary>
    public int UnknownId => unknownId;

    /// <inheritdoc/>
    public override void Tokenize(ReadOnlySpan<char> piece, List<ModelToken> tokens)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        List<Segment> segments = scratches.Rent();
        segments.Clear();
        segmenter.Cut(piece, segments);
        if (splitsNumberCommas)
            SplitNumberCommas(segments);
        AddTokens(piece, segments, tokens);
        scratches.Return(segments);
    }

    /// <summary>The best cuts of a normalized text, the best first, each with its score; only Unigram models have scores to go by.</summary>
    internal IReadOnlyList<(int[] Ids, float Score)> FindBest(ReadOnlySpan<char> text, int count)
    {
        if (segmenter is not UnigramSegmenter unigram)
            throw new TokenizerException($"several cuts of a text are found by Unigram models; the algorithm of {file.File} is {file.Algorithm}");
        List<(int[] Ids, float Score)> best = [];
        foreach ((List<Segment> segments, float score) in unigram.FindBest(text, count))
        {
            List<ModelToken> tokens = [];
            AddTokens(text, segments, tokens);
            best.Add(([.. tokens.Select(static token => token.Id)], score));
        }
        return best;
    }

    /// <summary>Adds the tokens of a text that is cut.</summary>
    private void AddTokens(ReadOnlySpan<char> piece, List<Segment> segments, List<ModelToken> tokens)
    {
        int start = 0, unknownStart = -1; // where a run of unknown pieces began that may go on
        foreach ((int id, int length) in System.Runtime.InteropServices.CollectionsMarshal.AsSpan(segments))
        {
            if (id != file.UnknownId)
            {
                AddUnknown(piece, ref unknownStart, start, tokens);
                tokens.Add(new ModelToken(ids[id], isMapped && ids[id] == unknownId ? null : Vocabulary[ids[id]], start, start + length));
            }
            else if (file.ByteFallback)
            {
                AddBytes(piece.Slice(start, length), start, tokens);
            }
            else if (unknownStart < 0)
            {
                unknownStart = start;
            }
            start += length;
        }
        AddUnknown(piece, ref unknownStart, start, tokens);
    }

    /// <summary>A piece that ends in a digit and a comma is cut anew without the comma, as XLNet's class does: the digits, and the comma by itself.</summary>
    private void SplitNumberCommas(List<Segment> segments)
    {
        for (int i = 0; i < segments.Count; i++)
        {
            if (!numberCommas.TryGetValue(segments[i].Id, out Segment[]? again))
                continue;
            segments.RemoveAt(i);
            segments.InsertRange(i, again);
            i += again.Length - 1;
        }
    }

    private Segment[] CutNumberComma(string text)
    {
        // The class encodes the digits as a text of their own, which starts with a space, and takes the space away if there was none.
        List<Segment> again = [];
        bool hasSpace = text[0] == EscapedSpace;
        segmenter.Cut(EscapedSpace + text[(hasSpace ? 1 : 0)..^1], again);
        if (!hasSpace)
        {
            string first = file.Pieces[again[0].Id].Text;
            if (first.Length == 1)
                again.RemoveAt(0);
            else
                again[0] = new Segment(IdOf(first[1..]), again[0].Length - 1);
        }
        again.Add(new Segment(IdOf(","), 1));
        return [.. again];
    }

    private int IdOf(string text) => pieceIds.GetValueOrDefault(text, file.UnknownId);

    /// <summary>Ends a run of unknown pieces, if there is one: it is one token. A vocabulary of its own may know it.</summary>
    private void AddUnknown(ReadOnlySpan<char> piece, ref int start, int end, List<ModelToken> tokens)
    {
        if (start < 0)
            return;
        int id = isMapped && Vocabulary.TryGetId(piece[start..end], out int known) ? known : unknownId;
        tokens.Add(new ModelToken(id, null, start, end));
        start = -1;
    }

    /// <summary>The last byte spans the whole, the others nothing.</summary>
    private void AddBytes(ReadOnlySpan<char> text, int start, List<ModelToken> tokens)
    {
        Span<byte> bytes = stackalloc byte[4];
        for (int i = 0; i < text.Length;)
        {
            int codePoint = Utf16.CodePointAt(text, i, out int size);
            int count = new Rune(codePoint).EncodeToUtf8(bytes);
            i += size;
            for (int k = 0; k < count; k++)
            {
                int id = byteIds[bytes[k]];
                bool last = k == count - 1 && i == text.Length;
                tokens.Add(new ModelToken(ids[id], Vocabulary[ids[id]], start, last ? start + text.Length : start));
            }
        }
    }
}
