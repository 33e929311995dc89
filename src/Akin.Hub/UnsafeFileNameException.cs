namespace Akin.Hub;

/// <summary>A file name would have been written outside the folder of its repository; nothing was written.</summary>
public sealed class UnsafeFileNameException : HubException
{
    internal UnsafeFileNameException(string repository, string fileName)
        : base($"Refused: '{repository}' names a file '{fileName}', which is not a plain relative path. Do not trust this repository or server.")
    {
        FileName = fileName;
    }

    /// <summary>The refused name.</summary>
    public string FileName { get; }
}
