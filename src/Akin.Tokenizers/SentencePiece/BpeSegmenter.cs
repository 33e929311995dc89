using Akin.Tokenizers.Models;
using Akin.Tokenizers.Unicode;

namespace Akin.Tokenizers.SentencePiece;

/// <summary>Merges neighbours (Sennrich et al., 2016), the pair that makes the piece with the highest score first, the leftmost of equals; user-defined pieces are left alone.</summary>
internal sealed class BpeSegmenter : ISentencePieceSegmenter
{
    private readonly SentencePieceFile file;
    private readonly Dictionary<int, int> characters = []; // code point → symbol; a code point that is no piece may be a part of one
    private readonly PieceTrie userDefined = new();
    private readonly MergeTable merges;
    private readonly bool hasUserDefined;
    private readonly ScratchPool<BpeSymbols> scratches = new(static () => new BpeSymbols());

    public BpeSegmenter(SentencePieceFile file)
    {
        this.file = file;
        Dictionary<string, int> pieces = new(StringComparer.Ordinal);
        for (int id = 0; id < file.Pieces.Count; id++)
        {
            (string text, _, SentencePieceType type) = file.Pieces[id];
            if (type == SentencePieceType.Unused)
                throw file.Wrong($"pieces[{id}].type", "unused pieces are not supported in BPE models");
            if (type is not (SentencePieceType.Normal or SentencePieceType.UserDefined))
                continue;
            pieces.Add(text, id);
            if (type == SentencePieceType.UserDefined)
                hasUserDefined = userDefined.TryAdd(text, id);
            for (int i = 0; i < text.Length;)
            {
                int codePoint = Utf16.CodePointAt(text, i, out int size);
                characters.TryAdd(codePoint, file.Pieces.Count + codePoint);
                if (size == text.Length)
                    characters[codePoint] = id;
                i += size;
            }
        }
        merges = new MergeTable(new Vocabulary([]), null, pieces.Count * 2, static (_, problem) => new TokenizerException(problem));
        Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> lookup = pieces.GetAlternateLookup<ReadOnlySpan<char>>();
        float[] scores = [.. pieces.Values.Select(id => file.Pieces[id].Score).Distinct().OrderDescending()];
        Dictionary<float, int> ranks = scores.Select(static (score, rank) => (score, rank)).ToDictionary(static item => item.score, static item => item.rank);
        foreach ((string text, int id) in pieces)
        {
            for (int cut = 1; cut < text.Length; cut++)
            {
                if (!char.IsLowSurrogate(text[cut]) && Symbol(text.AsSpan(0, cut), lookup) is { } left && Symbol(text.AsSpan(cut), lookup) is { } right)
                    merges.Add(left, right, id, ranks[file.Pieces[id].Score]);
            }
        }
    }

    private int? Symbol(ReadOnlySpan<char> text, Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> pieces) =>
        pieces.TryGetValue(text, out int id) ? id
        : text.Length == 1 || (text.Length == 2 && char.IsHighSurrogate(text[0])) ? characters[Utf16.CodePointAt(text, 0, out _)]
        : null;

    public void Cut(ReadOnlySpan<char> text, List<Segment> segments)
    {
        const int Frozen = 1 << 30; // added to the id of a user-defined piece: no merge knows it
        BpeSymbols symbols = scratches.Rent();
        symbols.Clear();
        for (int at = 0; at < text.Length;)
        {
            int length = 0, id = PieceTrie.None;
            if (hasUserDefined)
                length = userDefined.LongestMatch(text[at..], PieceTrie.Root, out id);
            if (length == 0)
            {
                int codePoint = Utf16.CodePointAt(text, at, out length);
                symbols.Add(characters.GetValueOrDefault(codePoint, file.Pieces.Count + codePoint), length);
            }
            else
            {
                symbols.Add(Frozen + id, length);
            }
            at += length;
        }
        symbols.Merge(merges);
        for (int i = 0; i < symbols.Count; i++)
        {
            int id = symbols.Ids[i];
            id = id >= Frozen ? id - Frozen : id < file.Pieces.Count ? id : file.UnknownId;
            segments.Add(new Segment(id, symbols.Lengths[i]));
        }
        if (!symbols.IsHuge)
            scratches.Return(symbols);
    }
}
