namespace Akin.Datasets;

/// <summary>The folder in which results of <see cref="Dataset.Map"/> and large sets are kept.</summary>
public static class DatasetCache
{
    /// <summary>The environment variable that names the folder.</summary>
    public const string FolderVariable = "AKIN_DATASETS_CACHE";

    /// <summary><c>AKIN_DATASETS_CACHE</c>, or else <c>akin/datasets</c> in the user's cache folder (<c>XDG_CACHE_HOME</c>, <c>~/.cache</c>).</summary>
    public static string DefaultFolder
    {
        get
        {
            if (Environment.GetEnvironmentVariable(FolderVariable) is { Length: > 0 } named)
            {
                return named;
            }

            string caches = Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } xdg
                ? xdg
                : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache");
            return Path.Combine(caches, "akin", "datasets");
        }
    }
}
