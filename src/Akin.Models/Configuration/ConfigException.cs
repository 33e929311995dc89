namespace Akin.Models.Configuration;

/// <summary>A <c>config.json</c> that cannot be honoured. The message names the file, the field, the value found and the values supported.</summary>
public sealed class ConfigException : Exception
{
    internal ConfigException(string file, string? field, string found, string supported, Exception? innerException = null)
        : base($"{file}: {(field is null ? "" : $"field '{field}': ")}found {found}; supported: {supported}.", innerException)
    {
        File = file;
        Field = field;
    }

    /// <summary>The file at fault.</summary>
    public string File { get; }

    /// <summary>The field at fault, or <see langword="null"/> where the file as a whole is.</summary>
    public string? Field { get; }
}
