namespace Akin.Cli;

/// <summary>Files that come with Akin: beside the program, or in the checkout that it was built from.</summary>
internal static class ShippedFiles
{
    /// <summary>The root of the checkout that the program lies in, or null.</summary>
    public static string? Checkout { get; } = FindCheckout();

    /// <summary>The path of a file or folder, or null where it is missing.</summary>
    /// <param name="parts">Its place, from the root.</param>
    public static string? Find(params string[] parts) =>
        new[] { AppContext.BaseDirectory, Checkout }
            .Where(root => root is not null)
            .Select(root => Path.Combine([root!, .. parts]))
            .FirstOrDefault(Path.Exists);

    private static string? FindCheckout()
    {
        string? folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "Akin.slnx")))
        {
            folder = Path.GetDirectoryName(folder);
        }

        return folder;
    }
}
