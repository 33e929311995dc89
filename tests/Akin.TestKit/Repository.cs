namespace Akin.TestKit;

/// <summary>Finds the files tests read: the checkout, the goldens inside it, and the shared folder that may lie beside it.</summary>
public static class Repository
{
    /// <summary>The folder that holds <c>Akin.slnx</c>.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>
    /// The folder of real checkpoints and data sets beside the checkout (<c>../shared</c>, or <c>AKIN_SHARED</c>),
    /// or <see langword="null"/> where there is none.
    /// </summary>
    public static string? SharedFolder { get; } = FindShared();

    /// <summary>A file or folder of <c>tests/goldens</c>; fails at once when it is missing, because goldens are part of the checkout.</summary>
    public static string Golden(params string[] parts)
    {
        string path = Path.Combine([Root, "tests", "goldens", .. parts]);
        return Path.Exists(path) ? path : throw new FileNotFoundException($"Golden '{path}' is missing from the checkout.", path);
    }

    /// <summary>A file or folder of the shared folder. Call it only from a <see cref="SharedFactAttribute"/> or <see cref="SharedTheoryAttribute"/> test.</summary>
    public static string Shared(params string[] parts) =>
        Path.Combine([SharedFolder ?? throw new InvalidOperationException("There is no shared folder: mark the test [SharedFact]."), .. parts]);

    private static string FindRoot()
    {
        for (string? folder = AppContext.BaseDirectory; folder is not null; folder = Path.GetDirectoryName(folder))
        {
            if (File.Exists(Path.Combine(folder, "Akin.slnx")))
            {
                return folder;
            }
        }

        throw new DirectoryNotFoundException($"No folder above '{AppContext.BaseDirectory}' holds Akin.slnx.");
    }

    private static string? FindShared()
    {
        string path = Environment.GetEnvironmentVariable("AKIN_SHARED") ?? Path.Combine(Root, "..", "shared");
        return Directory.Exists(path) ? Path.GetFullPath(path) : null;
    }
}
