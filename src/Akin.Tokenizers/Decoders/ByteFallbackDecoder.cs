using System.Globalization;
using System.Text;
using Akin.Tokenizers.Unicode;

namespace Akin.Tokenizers.Decoders;

/// <summary>
/// Reads runs of byte tokens (<c>&lt;0xE4&gt;</c>) as UTF-8 (<c>ByteFallback</c>). A run that is not valid as a whole becomes one U+FFFD per byte.
/// </summary>
public sealed class ByteFallbackDecoder : Decoder
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <inheritdoc/>
    public override string Type => "ByteFallback";

    internal override void Rewrite(List<string> tokens)
    {
        string[] read = [.. tokens];
        tokens.Clear();
        List<byte> run = [];
        foreach (string token in read)
        {
            if (TryByte(token, out byte value))
            {
                run.Add(value);
                continue;
            }
            Flush(run, tokens);
            tokens.Add(token);
        }
        Flush(run, tokens);
    }

    private static bool TryByte(string token, out byte value)
    {
        value = 0;
        return token.Length == 6 && token.StartsWith("<0x", StringComparison.Ordinal) && token[5] == '>'
            && byte.TryParse(token.AsSpan(3, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out value);
    }

    private static void Flush(List<byte> run, List<string> tokens)
    {
        if (run.Count == 0)
            return;
        try
        {
            tokens.Add(Strict.GetString([.. run]));
        }
        catch (DecoderFallbackException)
        {
            for (int i = 0; i < run.Count; i++)
                tokens.Add(UnicodeTables.Replacement.ToString());
        }
        run.Clear();
    }
}
