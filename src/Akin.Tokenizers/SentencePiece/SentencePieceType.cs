namespace Akin.Tokenizers.SentencePiece;

/// <summary>What a piece of a SentencePiece model is for; the numbers are those of <c>sentencepiece_model.proto</c>.</summary>
public enum SentencePieceType
{
    /// <summary>A piece of text.</summary>
    Normal = 1,

    /// <summary>Stands for text that no piece covers.</summary>
    Unknown = 2,

    /// <summary>Never found in text and invisible when decoding, such as <c>&lt;/s&gt;</c>.</summary>
    Control = 3,

    /// <summary>Always one piece wherever its text appears, and never normalized.</summary>
    UserDefined = 4,

    /// <summary>In the model but not used.</summary>
    Unused = 5,

    /// <summary>One byte of a character that no piece covers, written <c>&lt;0xE3&gt;</c>.</summary>
    Byte = 6,
}
