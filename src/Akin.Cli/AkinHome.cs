namespace Akin.Cli;

/// <summary>Where Akin keeps what it makes for itself: <c>AKIN_HOME</c>, by default <c>~/.cache/akin</c>.</summary>
internal static class AkinHome
{
    public static string Folder => Environment.GetEnvironmentVariable("AKIN_HOME") is { Length: > 0 } folder
        ? Path.GetFullPath(folder)
        : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache", "akin");
}
