using System.Diagnostics;
using Akin.Client.Messages;
using Akin.Datasets;
using Akin.Search;
using Akin.Search.Storage;
using Akin.Server.Batching;

namespace Akin.Server.Indexes;

/// <summary>Stores the rows of one request batch by batch; the next rows are read when a batch is on the disk.</summary>
internal sealed class DocumentIngest(ServedIndex index)
{
    /// <summary>A fraction of a second's work: little is lost where a connection breaks, and a commit costs next to nothing beside encoding.</summary>
    private const int BatchSize = 64;

    // A file of the wrong kind would reject every line: the first rows tell that.
    private const int MostRejectedShown = 100;

    // An answer that is written while the request is still being sent lies in buffers until the sender reads: it must stay short.
    private static readonly TimeSpan s_betweenLines = TimeSpan.FromMilliseconds(200);

    private readonly List<DocumentRow> _batch = new(BatchSize);
    private readonly List<RejectedRow> _rejected = [];
    private long _rows, _added, _updated, _unchanged, _rejectedRows;
    private int _told;

    /// <summary>The file that is being read, if it has a name.</summary>
    public string? File { get; private set; }

    /// <summary>What has been done so far, with the first rejected rows.</summary>
    public AddDocumentsResponse Done => new(_rows, _added, _updated, _unchanged) { RejectedRows = _rejectedRows, Rejected = _rejected };

    /// <summary>Stores rows.</summary>
    /// <param name="rows">The rows.</param>
    /// <param name="progress">Told after a batch, not too often.</param>
    /// <param name="cancellationToken">Stops; what is stored stays.</param>
    /// <param name="file">The name of the file that they come from, if any.</param>
    public async Task RunAsync(IAsyncEnumerable<DocumentRow> rows, Func<AddDocumentsResponse, Task>? progress, CancellationToken cancellationToken, string? file = null)
    {
        File = file;
        long last = 0; // the first batch is told at once
        try
        {
            await foreach (DocumentRow row in rows.WithCancellation(cancellationToken))
            {
                _batch.Add(row);
                if (_batch.Count < BatchSize)
                {
                    continue;
                }

                await StoreBatchAsync(cancellationToken);
                if (progress is not null && Stopwatch.GetElapsedTime(last) > s_betweenLines)
                {
                    await progress(Line());
                    last = Stopwatch.GetTimestamp();
                }
            }

            await StoreBatchAsync(cancellationToken);
        }
        catch (DataFormatException)
        {
            await StoreBatchAsync(cancellationToken); // what was read before the input broke off
            throw;
        }
        finally
        {
            index.AfterWriting(_added + _updated > 0);
        }
    }

    /// <summary>A line of a streamed answer: counts from the beginning on, rejected rows since the line before.</summary>
    public AddDocumentsResponse Line()
    {
        AddDocumentsResponse line = Done with { Rejected = _rejected[_told..] };
        _told = _rejected.Count;
        return line;
    }

    private async Task StoreBatchAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        foreach (DocumentRow row in _batch.Where(row => row.Document is null))
        {
            Reject(row, row.Reason!);
        }

        Document[] documents = [.. _batch.Where(IsStorable).Select(row => row.Document!)];
        if (documents.Length > 0)
        {
            // Of two versions in one batch the later one counts, so an unchanged one must not be passed over in favour of an earlier change.
            bool[] isStored = index.Store.AreStored(documents);
            HashSet<string> changed = [.. documents.Where((_, i) => !isStored[i]).Select(document => document.Id)];
            Document[] wanted = [.. documents.Where(document => changed.Contains(document.Id))];
            if (wanted.Length > 0)
            {
                float[][] vectors = await index.Encoder.EncodeDocumentsAsync(Array.ConvertAll(wanted, document => document.EmbeddingText), RequestLimits.Unhurried(cancellationToken));
                await UpsertAsync(wanted, vectors, cancellationToken);
                index.Publish(cancellationToken);
            }

            _unchanged += documents.Length - wanted.Length;
        }

        _rows += _batch.Count;
        _batch.Clear();
    }

    private async Task UpsertAsync(Document[] documents, float[][] vectors, CancellationToken cancellationToken)
    {
        // Whether a document is new is asked and answered while no other request writes.
        using (await index.BeginWritingAsync(cancellationToken))
        {
            string[] ids = Array.ConvertAll(documents, document => document.Id);
            HashSet<string> present = [.. ids.Zip(index.Store.Contains(ids)).Where(pair => pair.Second).Select(pair => pair.First)];
            index.Store.Upsert([.. documents.Zip(vectors, (document, vector) => new DocumentVector(document, vector))]);
            foreach (string id in ids)
            {
                bool isNew = present.Add(id);
                _added += isNew ? 1 : 0;
                _updated += isNew ? 0 : 1;
            }
        }
    }

    /// <summary>Whether the store takes a document; its vector is good, whatever it will be.</summary>
    private bool IsStorable(DocumentRow row)
    {
        if (row.Document is not { } document)
        {
            return false;
        }

        try
        {
            new DocumentVector(document, ReadOnlyMemory<float>.Empty).Check(index.Name, dimension: 0);
            return true;
        }
        catch (InvalidDocumentException error)
        {
            Reject(row, error.Finding);
            return false;
        }
    }

    private void Reject(DocumentRow row, string reason)
    {
        _rejectedRows++;
        if (_rejected.Count < MostRejectedShown)
        {
            _rejected.Add(new RejectedRow(row.Row, reason) { File = File, Line = row.Line, Id = row.Document?.Id });
        }
    }
}
