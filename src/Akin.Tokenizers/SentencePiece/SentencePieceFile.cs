using System.Text;
using Akin.Tokenizers.Models;
using Akin.Tokenizers.Protobuf;

namespace Akin.Tokenizers.SentencePiece;

/// <summary>
/// What a SentencePiece <c>.model</c> (or <c>.spm</c>) file holds: a <c>ModelProto</c> of <c>sentencepiece_model.proto</c>, version 0.2.
/// Fields that only matter to the trainer are passed over.
/// </summary>
public sealed class SentencePieceFile
{
    private const string Everything = "";
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly List<SentencePiece> pieces = [];

    private SentencePieceFile(string file, byte[] bytes) => (File, Bytes) = (file, bytes);

    /// <summary>The file, for messages.</summary>
    public string File { get; }

    /// <summary>The pieces; the place is the id.</summary>
    public IReadOnlyList<SentencePiece> Pieces => pieces;

    /// <summary>How texts are cut.</summary>
    public SentencePieceAlgorithm Algorithm { get; private set; } = SentencePieceAlgorithm.Unigram;

    /// <summary>Whether characters that no piece covers become pieces of one byte each.</summary>
    public bool ByteFallback { get; private set; }

    /// <summary>Whether the space belongs to the end of a word rather than to its start.</summary>
    public bool WhitespaceAsSuffix { get; private set; }

    /// <summary>What an unknown piece is decoded to. Default <c> ⁇ </c> with a space on both sides.</summary>
    public string UnknownSurface { get; private set; } = " \u2047 ";

    /// <summary>The id of the unknown piece.</summary>
    public int UnknownId { get; private set; } = -1;

    /// <summary>The id that starts a text, or null. By name, as the library finds it: <c>&lt;s&gt;</c> unless the trainer was told otherwise.</summary>
    public int? BeginningId => ControlId(beginning);

    /// <summary>The id that ends a text, or null.</summary>
    public int? EndId => ControlId(end);

    /// <summary>The id that fills up, or null.</summary>
    public int? PaddingId => ControlId(padding);

    /// <summary>What happens to a text before it is cut.</summary>
    public SentencePieceNormalization Normalization { get; private set; } = new();

    /// <summary>What happens to the text that decoding gives; null when nothing does.</summary>
    public SentencePieceNormalization? Denormalization { get; private set; }

    /// <summary>The file as it was, to write it again.</summary>
    internal byte[] Bytes { get; }

    private string beginning = "<s>", end = "</s>", padding = "<pad>";

    /// <summary>Reads a file.</summary>
    /// <param name="file">The file.</param>
    /// <exception cref="TokenizerFileException">The file is missing, damaged, or not a SentencePiece model.</exception>
    public static SentencePieceFile Read(string file) => Parse(TokenizerFile.ReadBytes(file), file);

    /// <summary>Reads the bytes of a file.</summary>
    /// <param name="bytes">The bytes.</param>
    /// <param name="name">What the file is called in messages.</param>
    /// <exception cref="TokenizerFileException">The bytes are damaged, or not a SentencePiece model.</exception>
    public static SentencePieceFile Parse(byte[] bytes, string name)
    {
        ArgumentNullException.ThrowIfNull(bytes);
        SentencePieceFile model = new(name, bytes);
        bool hasTrainer = false, hasNormalizer = false;
        ProtobufReader reader = model.Open(bytes, Everything);
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case (1, WireType.Bytes):
                    if (model.pieces.Count > Vocabulary.MaximumId)
                        throw model.Wrong("pieces", $"more than {Vocabulary.MaximumId + 1} pieces");
                    model.ReadPiece(reader.Bytes());
                    break;
                case (2, WireType.Bytes):
                    model.ReadTrainer(reader.Bytes());
                    hasTrainer = true;
                    break;
                case (3, WireType.Bytes):
                    model.Normalization = model.ReadNormalizer(reader.Bytes(), "normalizer_spec");
                    hasNormalizer = true;
                    break;
                case (5, WireType.Bytes):
                    model.Denormalization = model.ReadNormalizer(reader.Bytes(), "denormalizer_spec");
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }
        // The library always writes both; without them a file that was cut short between two pieces would pass for a small model.
        if (!hasTrainer || !hasNormalizer)
            throw model.Wrong(hasTrainer ? "normalizer_spec" : "trainer_spec", "the field is missing: no SentencePiece model, or one that was cut short");
        model.Check();
        return model;
    }

    internal TokenizerFileException Wrong(string field, string problem) => new(File, field, problem);

    private ProtobufReader Open(ReadOnlySpan<byte> message, string field) =>
        new(message, found => Wrong(field, $"{found}: no SentencePiece model, or a damaged one"));

    private int? ControlId(string name)
    {
        int id = pieces.FindIndex(piece => piece.Type == SentencePieceType.Control && piece.Text == name);
        return id < 0 ? null : id;
    }

    private void ReadPiece(ReadOnlySpan<byte> message)
    {
        string field = $"pieces[{pieces.Count}]";
        string? text = null;
        float score = 0;
        ulong type = (ulong)SentencePieceType.Normal;
        ProtobufReader reader = Open(message, field);
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case (1, WireType.Bytes):
                    text = Text(reader.Bytes(), field + ".piece");
                    break;
                case (2, WireType.Fixed32):
                    score = BitConverter.UInt32BitsToSingle(reader.Fixed32());
                    break;
                case (3, WireType.Varint):
                    type = reader.Varint();
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }
        if (string.IsNullOrEmpty(text))
            throw Wrong(field + ".piece", "the piece has no text");
        if (!float.IsFinite(score))
            throw Wrong(field + ".score", $"a finite number was expected, found {score}");
        if (type is < (ulong)SentencePieceType.Normal or > (ulong)SentencePieceType.Byte)
            throw Wrong(field + ".type", $"1 to 6 was expected, found {type}");
        if (type == (ulong)SentencePieceType.Unknown)
        {
            if (UnknownId >= 0)
                throw Wrong(field + ".type", $"a second unknown piece \"{text}\"; the first is pieces[{UnknownId}]");
            UnknownId = pieces.Count;
        }
        pieces.Add(new SentencePiece(text, score, (SentencePieceType)type));
    }

    private void ReadTrainer(ReadOnlySpan<byte> message)
    {
        const string Field = "trainer_spec";
        ProtobufReader reader = Open(message, Field);
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case (3, WireType.Varint):
                    ulong algorithm = reader.Varint();
                    if (algorithm is < (ulong)SentencePieceAlgorithm.Unigram or > (ulong)SentencePieceAlgorithm.Char)
                        throw Wrong("trainer_spec.model_type", $"1 (unigram), 2 (bpe), 3 (word) or 4 (char) was expected, found {algorithm}");
                    Algorithm = (SentencePieceAlgorithm)algorithm;
                    break;
                case (24, WireType.Varint):
                    WhitespaceAsSuffix = reader.Varint() != 0;
                    break;
                case (35, WireType.Varint):
                    ByteFallback = reader.Varint() != 0;
                    break;
                case (44, WireType.Bytes):
                    UnknownSurface = Text(reader.Bytes(), "trainer_spec.unk_surface");
                    break;
                case (46, WireType.Bytes):
                    beginning = Text(reader.Bytes(), "trainer_spec.bos_piece");
                    break;
                case (47, WireType.Bytes):
                    end = Text(reader.Bytes(), "trainer_spec.eos_piece");
                    break;
                case (48, WireType.Bytes):
                    padding = Text(reader.Bytes(), "trainer_spec.pad_piece");
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }
    }

    private SentencePieceNormalization ReadNormalizer(ReadOnlySpan<byte> message, string field)
    {
        SentencePieceNormalization normalization = new();
        ProtobufReader reader = Open(message, field);
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case (1, WireType.Bytes):
                    normalization = normalization with { Name = Text(reader.Bytes(), field + ".name") };
                    break;
                case (2, WireType.Bytes):
                    ReadOnlySpan<byte> map = reader.Bytes();
                    if (!map.IsEmpty)
                        normalization = normalization with { CharacterMap = CharacterMap.Parse(map.ToArray(), problem => Wrong(field + ".precompiled_charsmap", problem)) };
                    break;
                case (3, WireType.Varint):
                    normalization = normalization with { AddDummyPrefix = reader.Varint() != 0 };
                    break;
                case (4, WireType.Varint):
                    normalization = normalization with { RemoveExtraWhitespace = reader.Varint() != 0 };
                    break;
                case (5, WireType.Varint):
                    normalization = normalization with { EscapeWhitespace = reader.Varint() != 0 };
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }
        return normalization;
    }

    private void Check()
    {
        if (pieces.Count == 0)
            throw Wrong("pieces", "no SentencePiece model: there are no pieces");
        if (UnknownId < 0)
            throw Wrong("pieces", "no piece is of the type unknown");
        HashSet<string> seen = new(StringComparer.Ordinal);
        bool[] bytes = new bool[256];
        for (int id = 0; id < pieces.Count; id++)
        {
            (string text, _, SentencePieceType type) = pieces[id];
            if (!seen.Add(text))
                throw Wrong($"pieces[{id}].piece", $"the piece \"{text}\" is there twice");
            if (type == SentencePieceType.Byte)
            {
                if (!TryByte(text, out byte value))
                    throw Wrong($"pieces[{id}].piece", $"the byte piece \"{text}\" is not written like <0xE3>");
                if (!ByteFallback)
                    throw Wrong($"pieces[{id}].type", $"a byte piece \"{text}\" in a model without byte_fallback");
                bytes[value] = true;
            }
        }
        int missing = ByteFallback ? Array.IndexOf(bytes, false) : -1;
        if (missing >= 0)
            throw Wrong("pieces", $"byte_fallback needs a piece for every byte; <0x{missing:X2}> is missing");
    }

    /// <summary>The byte that a piece like <c>&lt;0xE3&gt;</c> stands for.</summary>
    internal static bool TryByte(ReadOnlySpan<char> piece, out byte value)
    {
        value = 0;
        return piece.Length == 6 && piece.StartsWith("<0x") && piece[5] == '>'
            && byte.TryParse(piece[3..5], System.Globalization.NumberStyles.AllowHexSpecifier, null, out value);
    }

    private string Text(ReadOnlySpan<byte> bytes, string field)
    {
        try
        {
            return Strict.GetString(bytes);
        }
        catch (DecoderFallbackException problem)
        {
            throw new TokenizerFileException(File, field, $"not UTF-8 text: {problem.Message}", problem);
        }
    }
}
