using Xunit;

namespace Akin.TestKit;

/// <summary>A test that needs files of the shared folder: skipped, with the reason shown, where they are absent.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class SharedFactAttribute : FactAttribute
{
    /// <param name="paths">Files or folders below the shared folder that the test reads.</param>
    public SharedFactAttribute(params string[] paths) => Skip = SharedFiles.ReasonToSkip(paths);
}

/// <summary>A theory that needs files of the shared folder: skipped, with the reason shown, where they are absent.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class SharedTheoryAttribute : TheoryAttribute
{
    /// <param name="paths">Files or folders below the shared folder that the test reads.</param>
    public SharedTheoryAttribute(params string[] paths) => Skip = SharedFiles.ReasonToSkip(paths);
}

internal static class SharedFiles
{
    public static string? ReasonToSkip(string[] paths) =>
        Repository.SharedFolder is null
            ? "Needs the shared folder of checkpoints and data sets (beside the checkout, or AKIN_SHARED)."
            : paths.FirstOrDefault(path => !Path.Exists(Repository.Shared(path))) is { } missing
                ? $"Needs '{missing}' in the shared folder."
                : null;
}
