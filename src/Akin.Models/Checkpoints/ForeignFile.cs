using System.Text;

namespace Akin.Models.Checkpoints;

/// <summary>Recognises what people get instead of weights when a download went wrong.</summary>
internal static class ForeignFile
{
    /// <summary>Throws the error that helps when the first bytes are those of an empty file, a Git LFS pointer or a web page.</summary>
    /// <param name="file">The file that should hold weights.</param>
    /// <param name="expected">What it should be, for the message.</param>
    public static void Refuse(MappedFile file, string expected)
    {
        using MappedFile.Bytes bytes = file.Rent(0, (int)Math.Min(file.Length, 64));
        (string Found, string Remedy)? foreign = bytes.Span switch
        {
            [] => ("an empty file", "Fetch the file again."),
            _ when StartsWith(bytes.Span, "version https://git-lfs"u8) =>
                ("a Git LFS pointer, not the file it stands for", "Run `git lfs pull` in the model's folder, or fetch the model by its name."),
            _ when StartsWith(bytes.Span, "<!doctype html"u8) || StartsWith(bytes.Span, "<html"u8) => ("a web page (probably an error message)", "Fetch the file again."),
            _ => null,
        };

        if (foreign is { } answer)
        {
            throw new CheckpointException(file.Path, null, answer.Found, expected, answer.Remedy);
        }
    }

    // Whole words are compared: two bytes alone could be the length of an honest safetensors header.
    private static bool StartsWith(ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> word) =>
        bytes.Length >= word.Length && Ascii.EqualsIgnoreCase(bytes[..word.Length], word);
}
