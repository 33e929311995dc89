using System.Text.Json;
using Akin.Tokenizers.Json;
using Akin.Tokenizers.Unicode;

namespace Akin.Tokenizers.Decoders;

/// <summary>
/// Reads tokens in GPT-2's byte alphabet (<c>ByteLevel</c>). A token with a character outside the alphabet is kept as it is, and each longest
/// run of bytes that is no UTF-8 becomes U+FFFD.
/// </summary>
public sealed class ByteLevelDecoder : Decoder
{
    /// <inheritdoc/>
    public override string Type => "ByteLevel";

    internal static ByteLevelDecoder Read(JsonFields fields)
    {
        // The reference has one type for three uses; none of these fields matters here.
        fields.OptionalBool("add_prefix_space");
        fields.OptionalBool("trim_offsets");
        fields.OptionalBool("use_regex");
        return new ByteLevelDecoder();
    }

    internal override void Rewrite(List<string> tokens)
    {
        List<byte> bytes = [];
        foreach (string token in tokens)
        {
            int before = bytes.Count;
            foreach (char unit in token)
            {
                int value = ByteAlphabet.ByteOf(unit);
                if (value < 0)
                {
                    bytes.RemoveRange(before, bytes.Count - before);
                    bytes.AddRange(System.Text.Encoding.UTF8.GetBytes(token));
                    break;
                }
                bytes.Add((byte)value);
            }
        }
        tokens.Clear();
        tokens.Add(System.Text.Encoding.UTF8.GetString([.. bytes]));
    }

    private protected override void WriteFields(Utf8JsonWriter writer)
    {
        writer.WriteBoolean("add_prefix_space", true);
        writer.WriteBoolean("trim_offsets", true);
        writer.WriteBoolean("use_regex", true);
    }
}
