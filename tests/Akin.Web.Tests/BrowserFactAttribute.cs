namespace Akin.Web.Tests;

/// <summary>A test in Chromium: skipped, with the reason shown, where there is none.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class BrowserFactAttribute : FactAttribute
{
    /// <summary>Skips the test where it cannot run.</summary>
    public BrowserFactAttribute() => Skip = Chromium is null ? "Needs Chromium (Debian and Ubuntu: apt-get install chromium)." : null;

    /// <summary>The program, or null.</summary>
    public static string? Chromium { get; } =
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Select(folder => Path.Combine(folder, "chromium")).FirstOrDefault(File.Exists);
}
