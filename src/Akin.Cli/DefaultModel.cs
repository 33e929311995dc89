namespace Akin.Cli;

/// <summary>The model that comes with Akin: Korean, Chinese and English, no download.</summary>
internal static class DefaultModel
{
    private const string Name = "akin-mini-ko-zh-en";

    /// <summary>Where it lies, or null when this copy of Akin came without it.</summary>
    public static string? Folder => ShippedFiles.Find("models", Name);

    /// <summary>What the user named, or else the model that comes with Akin.</summary>
    /// <param name="given">A folder or a name on the hub, or null.</param>
    /// <exception cref="CommandException">Nothing is named, and this copy of Akin came without a model.</exception>
    public static string Or(string? given) => given ?? Folder ?? throw new CommandException(
        $"This copy of akin came without its default model (models/{Name}): name one with --model, a folder or a name on the hub, such as intfloat/multilingual-e5-small.");

    /// <summary>Where the model that comes with Akin lies now, for an index that was made with it in a copy of Akin that is gone; or null for any other model.</summary>
    /// <param name="model">What the index says.</param>
    public static string? Moved(string model) => Path.GetFileName(Path.TrimEndingDirectorySeparator(model)) == Name && !Directory.Exists(model) ? Folder : null;
}
