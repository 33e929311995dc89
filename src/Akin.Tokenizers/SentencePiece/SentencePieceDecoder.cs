using System.Text;

namespace Akin.Tokenizers.SentencePiece;

/// <summary>Joins pieces as SentencePiece 0.2 does: bytes become characters, control pieces vanish, an unknown piece shows as <see cref="SentencePieceFile.UnknownSurface"/>.</summary>
public sealed class SentencePieceDecoder : Decoders.Decoder
{
    private const char EscapedSpace = '\u2581';

    private readonly SentencePieceFile model;
    private readonly SentencePieceNormalizer? denormalizer;
    private readonly Dictionary<string, SentencePieceType> types;

    /// <summary>Makes the decoder of a model.</summary>
    /// <param name="model">The model.</param>
    public SentencePieceDecoder(SentencePieceFile model)
    {
        ArgumentNullException.ThrowIfNull(model);
        this.model = model;
        denormalizer = model.Denormalization is { } rule ? new SentencePieceNormalizer(rule) : null;
        types = model.Pieces.ToDictionary(static piece => piece.Text, static piece => piece.Type, StringComparer.Ordinal);
    }

    /// <inheritdoc/>
    public override string Type => "SentencePieceDecoder";

    internal override void Rewrite(List<string> tokens)
    {
        StringBuilder text = new();
        List<byte> bytes = [];
        bool prefixSeen = false; // the space of the dummy prefix was taken away
        foreach (string token in tokens)
        {
            bool known = types.TryGetValue(token, out SentencePieceType type);
            if (type == SentencePieceType.Byte && SentencePieceFile.TryByte(token, out byte value))
            {
                bytes.Add(value);
                continue;
            }
            Flush(bytes, text);
            switch (type)
            {
                case SentencePieceType.Control:
                    break;
                case SentencePieceType.Unknown:
                    text.Append(model.UnknownSurface);
                    break;
                default:
                    ReadOnlySpan<char> piece = token;
                    if (known && text.Length == 0 && !prefixSeen && (model.Normalization.AddDummyPrefix || model.Normalization.RemoveExtraWhitespace) && piece.StartsWith(EscapedSpace))
                    {
                        piece = piece[1..];
                        prefixSeen = !model.Normalization.RemoveExtraWhitespace; // if it removes spaces, all that lead go
                    }
                    if (known)
                    {
                        foreach (char unit in piece)
                            text.Append(unit == EscapedSpace ? ' ' : unit);
                    }
                    else
                    {
                        text.Append(piece); // as it is: a ▁ in it is no space
                    }
                    break;
            }
        }
        Flush(bytes, text);
        tokens.Clear();
        tokens.Add(denormalizer?.Normalize(text.ToString()) ?? text.ToString());
    }

    /// <summary>Bytes that are no UTF-8 become U+FFFD, one for each byte.</summary>
    private static void Flush(List<byte> bytes, StringBuilder text)
    {
        ReadOnlySpan<byte> rest = System.Runtime.InteropServices.CollectionsMarshal.AsSpan(bytes);
        while (!rest.IsEmpty)
        {
            if (Rune.DecodeFromUtf8(rest, out Rune rune, out int length) == System.Buffers.OperationStatus.Done)
            {
                text.Append(rune.ToString());
                rest = rest[length..];
            }
            else
            {
                text.Append('\uFFFD');
                rest = rest[1..];
            }
        }
        bytes.Clear();
    }
}
