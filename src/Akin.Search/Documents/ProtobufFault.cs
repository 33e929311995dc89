using System.Text;

namespace Akin.Search.Documents;

/// <summary>Says what is wrong with a message and where, and how deep it is nested.</summary>
/// <param name="Place">The file and document.</param>
/// <param name="Depth">Messages around the present one.</param>
internal readonly record struct ProtobufFault(string Place, int Depth = 0)
{
    // As deep as protobuf's own readers go.
    private const int DeepestMessage = 100;

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public DocumentFormatException Of(string finding) => new(Place, $"the message is damaged: {finding}");

    /// <summary>The same one message further in.</summary>
    public ProtobufFault Deeper() => Depth < DeepestMessage ? this with { Depth = Depth + 1 } : throw Of($"messages are nested more than {DeepestMessage} deep");

    public string Text(ReadOnlySpan<byte> bytes)
    {
        try
        {
            return Strict.GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            throw Of("a text that is not UTF-8");
        }
    }
}
