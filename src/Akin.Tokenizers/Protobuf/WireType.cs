namespace Akin.Tokenizers.Protobuf;

/// <summary>How a field of a protocol buffers message is written.</summary>
public enum WireType
{
    /// <summary>A base-128 number.</summary>
    Varint = 0,

    /// <summary>Eight bytes, the lowest first.</summary>
    Fixed64 = 1,

    /// <summary>A length and so many bytes: a text, bytes or a message.</summary>
    Bytes = 2,

    /// <summary>Four bytes, the lowest first.</summary>
    Fixed32 = 5,
}
