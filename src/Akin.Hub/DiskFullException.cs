namespace Akin.Hub;

/// <summary>The disk of the cache has no room for a file.</summary>
public sealed class DiskFullException : HubException
{
    internal DiskFullException(string fileName, string folder, long? neededBytes, long? freeBytes, Exception? innerException = null)
        : base(
            $"No room for '{fileName}' in '{folder}'"
            + (neededBytes is { } needed && freeBytes is { } free ? $": {needed:N0} bytes are needed and {free:N0} are free" : "")
            + ". Make room, remove models (akin model remove), or set HF_HUB_CACHE to another disk.",
            innerException)
    {
        FileName = fileName;
    }

    /// <summary>The file that did not fit.</summary>
    public string FileName { get; }
}
