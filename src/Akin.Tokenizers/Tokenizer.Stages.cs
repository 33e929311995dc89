using Akin.Tokenizers.Models;
using Akin.Tokenizers.Text;
using Akin.Tokenizers.Unicode;

namespace Akin.Tokenizers;

// How a text runs through the stages: added tokens are cut out, what lies between is normalized and cut into pieces, the model cuts these into tokens.
// Where the last pre-tokenizer spells pieces in bytes, that is left until the model wants a piece: most are remembered as they are.
public sealed partial class Tokenizer
{
    /// <summary>The memory for a longer text is not kept, in UTF-16 units: 16 bytes each at most.</summary>
    private const int LongestKept = 1 << 20;

    private readonly ScratchPool<StageScratch> scratches = new(static () => new StageScratch());

    /// <summary>The tokens of one text; words count from 0, or all belong to one word of a text that was split before.</summary>
    private Token[] TokenizeText(string text, EncodeOptions options, int? word = null)
    {
        text = Utf16.WellFormed(text);
        StageScratch scratch = scratches.Rent();
        PreTokenizedText pieces = CutIntoPieces(text, options.SplitSpecialTokens, tracksOrigins: true, scratch);
        scratch.Tokens.Clear();
        for (int i = 0; i < pieces.Pieces.Count; i++)
            AddTokens(pieces.Pieces[i], word ?? i, scratch);
        Token[] tokens = [.. scratch.Tokens];
        Return(scratch, text.Length);
        if (options.OffsetUnit == OffsetUnit.CodePoint)
            CountInCodePoints(text, tokens);
        return tokens;
    }

    /// <summary>Writes the ids of one text, as many as there is room for.</summary>
    /// <returns>How many were written.</returns>
    private int WriteIds(ReadOnlySpan<char> text, Span<int> destination)
    {
        StageScratch scratch = scratches.Rent();
        PreTokenizedText pieces = CutIntoPieces(scratch.WellFormed(text), splitSpecialTokens: false, tracksOrigins: cuttingNeedsOrigins, scratch);
        int count = 0;
        for (int i = 0; i < pieces.Pieces.Count && count < destination.Length; i++)
            count += WriteIds(pieces.Pieces[i], destination[count..], scratch);
        Return(scratch, text.Length);
        return count;
    }

    private void Return(StageScratch scratch, int textLength)
    {
        if (textLength <= LongestKept)
            scratches.Return(scratch);
    }

    private PreTokenizedText CutIntoPieces(ReadOnlySpan<char> text, bool splitSpecialTokens, bool tracksOrigins, StageScratch scratch)
    {
        scratch.Pieces.Clear(tracksOrigins);
        added.Split(text, splitSpecialTokens, scratch.Pieces);
        for (int i = 0; i < cutters.Length; i++)
            cutters[i].PreTokenize(scratch.Pieces);
        speller?.Cut(scratch.Pieces);
        return scratch.Pieces;
    }

    private void AddTokens(TextPiece piece, int word, StageScratch scratch)
    {
        List<Token> tokens = scratch.Tokens;
        if (piece.TokenId is { } id)
        {
            TextSpan span = piece.OriginalSpan;
            tokens.Add(new Token(id, piece.Text.ToString(), span.Start, span.End, word));
            return;
        }
        if (piece.Length is > 0 and <= PieceCache.LongestPiece)
        {
            ref PieceCache.Line line = ref scratch.Cache.Find(in piece.Source.UnitAt(piece.Start), piece.Length, out bool found);
            if (found && line.HasEnds)
            {
                int start = 0;
                for (int i = 0; i < line.Ids.Length; i++)
                {
                    int end = line.End(i);
                    TextSpan span = piece.Source.OriginalSpan(piece.Start + start, piece.Start + end);
                    tokens.Add(new Token(line.Ids[i], Model.Vocabulary[line.Ids[i]], span.Start, span.End, word));
                    start = end;
                }
                return;
            }
            Tokenize(piece, scratch);
            if (!found && Model.IsRepeatable)
                line.Fill(piece.Length, scratch.Found);
        }
        else
        {
            Tokenize(piece, scratch);
        }
        foreach (ModelToken token in scratch.Found)
        {
            TextSpan span = piece.Source.OriginalSpan(piece.Start + token.Start, piece.Start + token.End);
            tokens.Add(new Token(token.Id, token.Text ?? piece.Text[token.Start..token.End].ToString(), span.Start, span.End, word));
        }
    }

    private int WriteIds(TextPiece piece, Span<int> destination, StageScratch scratch)
    {
        if (piece.TokenId is { } id)
        {
            destination[0] = id;
            return 1;
        }
        if (piece.Length is > 0 and <= PieceCache.LongestPiece)
        {
            ref PieceCache.Line line = ref scratch.Cache.Find(in piece.Source.UnitAt(piece.Start), piece.Length, out bool found);
            if (found)
            {
                ReadOnlySpan<int> ids = line.Ids[..Math.Min(line.Ids.Length, destination.Length)];
                ids.CopyTo(destination);
                return ids.Length;
            }
            Tokenize(piece, scratch);
            if (Model.IsRepeatable)
                line.Fill(piece.Length, scratch.Found);
        }
        else
        {
            Tokenize(piece, scratch);
        }
        int count = Math.Min(scratch.Found.Count, destination.Length);
        for (int i = 0; i < count; i++)
            destination[i] = scratch.Found[i].Id;
        return count;
    }

    /// <summary>Cuts a piece into tokens, whose places are in units of the piece.</summary>
    private void Tokenize(TextPiece piece, StageScratch scratch)
    {
        scratch.Found.Clear();
        if (speller is null)
        {
            Model.Tokenize(piece.Text, scratch.Found);
            return;
        }
        ReadOnlySpan<char> spelled = scratch.Spelling.Spell(piece.Text);
        Model.Tokenize(spelled, scratch.Found);
        if (spelled.Length != piece.Length)
            ByteSpelling.PlaceInPiece(piece.Text, spelled, scratch.Found);
    }

    private static void CountInCodePoints(string text, Token[] tokens)
    {
        if (!text.AsSpan().ContainsAnyInRange('\uD800', '\uDFFF'))
            return;
        int[] codePointAt = new int[text.Length + 1];
        for (int i = 0; i < text.Length; i++)
            codePointAt[i + 1] = codePointAt[i] + (char.IsLowSurrogate(text[i]) ? 0 : 1);
        for (int i = 0; i < tokens.Length; i++)
            tokens[i] = tokens[i] with { Start = codePointAt[tokens[i].Start], End = codePointAt[tokens[i].End] };
    }

    /// <summary>What one call works in; kept for the next.</summary>
    private sealed class StageScratch
    {
        private char[] repaired = [];

        public PreTokenizedText Pieces { get; } = new();

        /// <summary>The tokens of the current piece.</summary>
        public List<ModelToken> Found { get; } = [];

        /// <summary>The tokens so far.</summary>
        public List<Token> Tokens { get; } = [];

        public PieceCache Cache { get; } = new();

        public ByteSpelling Spelling { get; } = new();

        /// <summary>The text, or a copy in which unpaired surrogates are U+FFFD.</summary>
        public ReadOnlySpan<char> WellFormed(ReadOnlySpan<char> text)
        {
            int start = Utf16.IndexOfUnpairedSurrogate(text);
            if (start < 0)
                return text;
            if (repaired.Length < text.Length)
                repaired = new char[text.Length];
            text.CopyTo(repaired);
            Utf16.Repair(repaired.AsSpan(0, text.Length), start);
            return repaired.AsSpan(0, text.Length);
        }
    }
}
