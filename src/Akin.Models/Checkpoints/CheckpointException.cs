namespace Akin.Models.Checkpoints;

/// <summary>
/// A checkpoint that cannot be read or written: missing, damaged, of an unsupported kind, or hostile.
/// The message names the place, what was found, what was expected, and what to do.
/// </summary>
public sealed class CheckpointException : Exception
{
    internal CheckpointException(string file, string? tensor, string found, string expected, string remedy, Exception? innerException = null)
        : base($"{file}: {(tensor is null ? "" : $"tensor '{Printable(tensor)}': ")}found {Printable(found)}; expected {expected}. {remedy}", innerException)
    {
        File = file;
        Tensor = tensor;
        Found = found;
        Expected = expected;
        Remedy = remedy;
    }

    /// <summary>The file or folder at fault.</summary>
    public string File { get; }

    /// <summary>The tensor at fault, or <see langword="null"/> where the file as a whole is.</summary>
    public string? Tensor { get; }

    /// <summary>What was found.</summary>
    public string Found { get; }

    /// <summary>What was expected: bounds or supported values.</summary>
    public string Expected { get; }

    /// <summary>What to do about it.</summary>
    public string Remedy { get; }

    /// <summary>Makes the errors of a damaged protocol buffers message.</summary>
    internal static Func<string, Exception> InMessage(string file, string message) =>
        found => new CheckpointException(file, null, $"{found} in the {message}", "a protocol buffers message", "The file is damaged: fetch it again.");

    /// <summary>Text from a file, made safe for a terminal: control characters replaced, length limited.</summary>
    private static string Printable(string text)
    {
        const int Longest = 300;
        string head = text.Length > Longest ? string.Concat(text.AsSpan(0, Longest), "…") : text;
        return string.Create(head.Length, head, (span, source) =>
        {
            for (int i = 0; i < span.Length; i++)
            {
                span[i] = char.IsControl(source[i]) ? '\uFFFD' : source[i];
            }
        });
    }
}
