namespace Akin.Search;

/// <summary>Another process was writing to the index for longer than this one was willing to wait.</summary>
public sealed class IndexBusyException(string folder, TimeSpan waited, Exception? cause)
    : SearchIndexException(
        folder,
        $"Index '{folder}' is being written by another process (waited {waited.TotalSeconds:0.#} s). Nothing was changed; try again when it has finished.",
        cause);
