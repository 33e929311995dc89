using Akin.Tokenizers.Models;
using Akin.Tokenizers.Unicode;

namespace Akin.Tokenizers;

/// <summary>Spells single pieces in the byte alphabet and brings the tokens back to places in the piece. Its memory is used again for the next piece.</summary>
internal sealed class ByteSpelling
{
    private char[] spelled = new char[256];

    /// <summary>Spells a piece.</summary>
    /// <param name="piece">Well-formed UTF-16.</param>
    /// <returns>A character for each byte: as many as the piece has units if it is ASCII, else more.</returns>
    public ReadOnlySpan<char> Spell(ReadOnlySpan<char> piece)
    {
        int needed = checked(piece.Length * ByteAlphabet.MostBytesOfUnit);
        if (spelled.Length < needed)
            spelled = new char[Math.Max(needed, spelled.Length * 2)];
        return spelled.AsSpan(0, ByteAlphabet.Write(piece, spelled));
    }

    /// <summary>Changes the places of tokens from bytes to units of the piece. A token that starts or ends inside a character covers all of it.</summary>
    /// <param name="piece">The piece.</param>
    /// <param name="spelled">The same in the byte alphabet.</param>
    /// <param name="tokens">The tokens from left to right.</param>
    public static void PlaceInPiece(ReadOnlySpan<char> piece, ReadOnlySpan<char> spelled, List<ModelToken> tokens)
    {
        Character at = new(piece);
        for (int i = 0; i < tokens.Count; i++)
        {
            ModelToken token = tokens[i];
            while (at.ByteEnd <= token.Start)
                at = at.Next(piece);
            int start = at.Start;
            while (at.ByteEnd < token.End)
                at = at.Next(piece);
            tokens[i] = new ModelToken(token.Id, token.Text ?? spelled[token.Start..token.End].ToString(), start, at.End);
        }
    }

    /// <summary>Where a character of the piece is, in units and in bytes.</summary>
    private readonly ref struct Character
    {
        public Character(ReadOnlySpan<char> piece)
            : this(piece, 0, 0)
        {
        }

        private Character(ReadOnlySpan<char> piece, int start, int byteStart)
        {
            int codePoint = Utf16.CodePointAt(piece, start, out int size);
            (Start, End, ByteEnd) = (start, start + size, byteStart + ByteAlphabet.LengthOf(codePoint));
        }

        public int Start { get; }

        public int End { get; }

        public int ByteEnd { get; }

        public Character Next(ReadOnlySpan<char> piece) => new(piece, End, ByteEnd);
    }
}
