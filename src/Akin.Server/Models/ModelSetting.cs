namespace Akin.Server.Models;

/// <summary>A model to be served.</summary>
/// <param name="Name">What requests call it.</param>
/// <param name="Source">Its folder, or its name on the hub.</param>
internal readonly record struct ModelSetting(string Name, string Source)
{
    /// <summary>Reads <c>NAME=PATH_OR_ID</c>, or <c>PATH_OR_ID</c>, whose last part is then the name.</summary>
    /// <exception cref="ServerSettingException">A part is empty.</exception>
    public static ModelSetting Parse(string text)
    {
        int equals = text.IndexOf('=', StringComparison.Ordinal);
        string source = text[(equals + 1)..].Trim();
        string name = equals < 0 ? Path.GetFileName(Path.TrimEndingDirectorySeparator(source)) : text[..equals].Trim();
        return name.Length > 0 && source.Length > 0
            ? new ModelSetting(name, source)
            : throw new ServerSettingException($"'{text}' names no model: write NAME=FOLDER, NAME=ID or only the folder or id.");
    }

    /// <summary>The models of the settings.</summary>
    /// <exception cref="ServerSettingException">One of them is none.</exception>
    public static IReadOnlyList<ModelSetting> All(AkinServerOptions options)
    {
        IEnumerable<string> texts = options.Models.Count > 0 ? options.Models : options.DefaultModel is { } usual ? [usual] : [];
        return [.. texts.Select(Parse).Distinct()];
    }
}
