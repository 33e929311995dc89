using System.Globalization;

namespace Akin.Server.Models;

/// <summary>Tells whether the files of a model's folder have changed: their names, sizes and times.</summary>
internal static class FolderState
{
    /// <summary>The state of a folder or file; empty for what is none, such as a name on the hub.</summary>
    public static string Of(string path)
    {
        try
        {
            FileInfo[] files = Directory.Exists(path) ? new DirectoryInfo(path).GetFiles("*", SearchOption.AllDirectories)
                : File.Exists(path) ? [new FileInfo(path)]
                : [];
            return string.Join('\n', files.OrderBy(file => file.FullName, StringComparer.Ordinal)
                .Select(file => string.Create(CultureInfo.InvariantCulture, $"{file.FullName} {file.Length} {file.LastWriteTimeUtc.Ticks}")));
        }
        catch (IOException)
        {
            return ""; // a file vanished while it was looked at: the next look tells
        }
    }
}
