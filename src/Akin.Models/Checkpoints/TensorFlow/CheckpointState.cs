using System.Text;

namespace Akin.Models.Checkpoints.TensorFlow;

/// <summary>
/// The text file <c>checkpoint</c> that TensorFlow's saver keeps beside its checkpoints; <c>model_checkpoint_path: "model.ckpt-343"</c>
/// names the last. A path out of its folder is refused: it is either stale (the folder was moved) or hostile.
/// </summary>
internal static class CheckpointState
{
    private const int LongestBytes = 1 << 20;
    private const string Key = "model_checkpoint_path:";
    private const string Remedy = "Name the checkpoint itself: the file that ends in .index.";

    /// <summary>The prefix of the checkpoint that the file names.</summary>
    /// <exception cref="CheckpointException">The file names none, or one outside its folder.</exception>
    public static string ReadPrefix(string file)
    {
        using MappedFile mapped = MappedFile.Open(file);
        if (mapped.Length > LongestBytes)
        {
            throw new CheckpointException(file, null, $"{mapped.Length} bytes", $"at most {LongestBytes} of text", Remedy);
        }

        string text;
        using (MappedFile.Bytes bytes = mapped.Rent(0, (int)mapped.Length))
        {
            text = Encoding.UTF8.GetString(bytes.Span);
        }

        string? line = text.Split('\n').Select(candidate => candidate.Trim()).FirstOrDefault(candidate => candidate.StartsWith(Key, StringComparison.Ordinal));
        string quoted = line?[Key.Length..].Trim() ?? "";
        if (quoted is not ['"', .. string escaped, '"'] || Unescape(escaped) is not { Length: > 0 } path || path.Contains('\0', StringComparison.Ordinal))
        {
            throw new CheckpointException(file, null, line ?? "no model_checkpoint_path", $"{Key} \"NAME\"", Remedy);
        }

        string folder = Path.GetDirectoryName(Path.GetFullPath(file))!;
        string prefix = Path.GetFullPath(path, folder);
        return Path.GetDirectoryName(prefix) == folder
            ? prefix
            : throw new CheckpointException(file, null, $"the checkpoint '{path}'", "one in the same folder", Remedy);
    }

    /// <summary>Undoes the escapes of protocol buffers' text format, where bytes other than ASCII are octal; null if there are others.</summary>
    private static string? Unescape(string text)
    {
        List<byte> bytes = [];
        ReadOnlySpan<byte> rest = Encoding.UTF8.GetBytes(text);
        while (!rest.IsEmpty)
        {
            switch (rest)
            {
                case [(byte)'\\', (byte)'"' or (byte)'\'' or (byte)'\\', ..]:
                    bytes.Add(rest[1]);
                    rest = rest[2..];
                    break;
                case [(byte)'\\', >= (byte)'0' and <= (byte)'3', >= (byte)'0' and <= (byte)'7', >= (byte)'0' and <= (byte)'7', ..]:
                    bytes.Add((byte)(((rest[1] - '0') << 6) | ((rest[2] - '0') << 3) | (rest[3] - '0')));
                    rest = rest[4..];
                    break;
                case [(byte)'\\', ..]:
                    return null;
                default:
                    bytes.Add(rest[0]);
                    rest = rest[1..];
                    break;
            }
        }

        return Encoding.UTF8.GetString([.. bytes]);
    }
}
