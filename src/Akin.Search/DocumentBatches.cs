using System.Diagnostics;
using Akin.Search.Storage;

namespace Akin.Search;

/// <summary>Collects documents, and encodes and stores them batch by batch; one call of Add. Not thread-safe.</summary>
internal sealed class DocumentBatches(IVectorStore store, IEncoder encoder, AddOptions options, IProgress<AddProgress>? progress, CancellationToken cancellationToken)
{
    private const int FirstSize = 64;
    private const int LeastSize = 16;
    private const int MostSize = 1024;

    /// <summary>A batch that takes less time than this spends too much of it on the disk, and on threads that wait for its last text.</summary>
    private static readonly TimeSpan Short = TimeSpan.FromSeconds(0.5);

    /// <summary>A batch that takes longer than this loses too much when the process ends, and says too seldom how far it is.</summary>
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(2);

    private readonly List<Document> _batch = [];
    private int _size = options.BatchSize is null or >= 1
        ? options.BatchSize ?? FirstSize
        : throw new ArgumentOutOfRangeException(nameof(options), options.BatchSize, $"{nameof(AddOptions.BatchSize)} is at least 1.");

    private AddProgress _done;

    public void Add(Document document)
    {
        _batch.Add(document);
        if (_batch.Count >= _size)
        {
            Store();
        }
    }

    /// <summary>Stores what is left.</summary>
    /// <returns>What was done in all.</returns>
    public AddProgress Finish()
    {
        Store();
        return _done;
    }

    private void Store()
    {
        if (_batch.Count == 0)
        {
            return;
        }

        cancellationToken.ThrowIfCancellationRequested();
        long start = Stopwatch.GetTimestamp();
        bool[] isStored = store.AreStored(_batch, cancellationToken);
        // Of two versions in one batch the later one counts, so an unchanged one must not be passed over in favour of an earlier change.
        HashSet<string> changed = [.. _batch.Where((_, i) => !isStored[i]).Select(document => document.Id)];
        Document[] wanted = [.. _batch.Where(document => changed.Contains(document.Id))];
        if (wanted.Length > 0)
        {
            float[][] vectors = encoder.Encode(Array.ConvertAll(wanted, document => document.EmbeddingText), cancellationToken);
            if (vectors.Length != wanted.Length)
            {
                throw new InvalidOperationException($"The encoder of '{encoder.ModelName}' returned {vectors.Length} vectors for {wanted.Length} texts.");
            }

            // What is encoded is not thrown away.
            store.Upsert([.. wanted.Zip(vectors, (document, vector) => new DocumentVector(document, vector))], CancellationToken.None);
        }

        _done = new AddProgress(_done.Stored + wanted.Length, _done.Unchanged + _batch.Count - wanted.Length);
        _batch.Clear();
        if (options.BatchSize is null)
        {
            TimeSpan taken = Stopwatch.GetElapsedTime(start);
            _size = taken < Short ? Math.Min(2 * _size, MostSize) : taken > Long ? Math.Max(_size / 2, LeastSize) : _size;
        }

        progress?.Report(_done);
    }
}
