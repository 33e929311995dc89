using System.Collections.Concurrent;
using Akin.Search;
using Akin.Search.Storage;
using Akin.Server.Hosting;
using Akin.Server.Http;

namespace Akin.Server.Indexes;

/// <summary>The indexes of the server, by name.</summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class IndexCatalog(AkinServerOptions options, IndexModels models) : IServerPart, IDisposable
{
    private readonly ConcurrentDictionary<string, ServedIndex> _indexes = new(StringComparer.Ordinal);

    /// <summary>All indexes, by name.</summary>
    public IReadOnlyList<ServedIndex> All => [.. _indexes.Values.OrderBy(index => index.Name, StringComparer.Ordinal)];

    /// <summary>Opens the indexes that the settings name.</summary>
    /// <exception cref="ServerSettingException">Two have one name, or a folder is no index.</exception>
    public Task LoadAsync(CancellationToken cancellationToken)
    {
        foreach (string entry in options.Indexes)
        {
            cancellationToken.ThrowIfCancellationRequested();
            (string name, string folder) = Parse(entry);
            ServedIndex index = Open(name, folder, cancellationToken);
            if (!_indexes.TryAdd(name, index))
            {
                index.Dispose();
                throw new ServerSettingException($"Two indexes are called '{name}': give one another name, --index NAME={folder}.");
            }

            index.PrepareHybrid();
        }

        return Task.CompletedTask;
    }

    /// <summary>The index of a name.</summary>
    /// <exception cref="RequestException">There is none.</exception>
    public ServedIndex Find(string name) => _indexes.TryGetValue(name, out ServedIndex? index)
        ? index
        : throw new RequestException(StatusCodes.Status404NotFound, "The server has no index of this name; GET /v1/indexes lists them.") { Code = "index_not_found" };

    public void Dispose()
    {
        foreach (string name in _indexes.Keys)
        {
            if (_indexes.TryRemove(name, out ServedIndex? index))
            {
                index.Dispose();
            }
        }
    }

    private ServedIndex Open(string name, string folder, CancellationToken cancellationToken)
    {
        DocumentStore? store = null;
        try
        {
            store = DocumentStore.Open(folder);
            return new ServedIndex(name, store, models.EncoderOf(name, store.Facts, cancellationToken));
        }
        catch (SearchIndexException error)
        {
            store?.Dispose();
            throw new ServerSettingException(error.Message, error);
        }
        catch
        {
            store?.Dispose();
            throw;
        }
    }

    /// <summary>NAME=FOLDER, or a folder whose last part without its ending is the name.</summary>
    private static (string Name, string Folder) Parse(string entry)
    {
        int sign = entry.IndexOf('=', StringComparison.Ordinal);
        string folder = entry[(sign + 1)..];
        string name = sign > 0 ? entry[..sign] : Path.GetFileNameWithoutExtension(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)));
        return name.Length > 0 && name.All(letter => char.IsLetterOrDigit(letter) || letter is '-' or '_' or '.')
            ? (name, folder)
            : throw new ServerSettingException($"'{name}' cannot be the name of an index, which is letters, digits, '-', '_' and '.': name it, --index NAME={folder}.");
    }
}
