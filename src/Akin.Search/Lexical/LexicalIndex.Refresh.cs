using Akin.Kernels;
using Akin.Search.Lexical.Postings;
using Akin.Search.Lexical.Queries;
using Akin.Search.Storage;

namespace Akin.Search.Lexical;

/// <summary>How the snapshot is brought up to the last commit.</summary>
public sealed partial class LexicalIndex
{
    // Documents analysed at once, on all threads.
    private const int BatchSize = 1024;

    // A segment in memory that is being filled is ended at so many occurrences: its lists take about 20 bytes for each.
    private const long MostOccurrences = 4_000_000;

    // Larger segments in memory stay as they are until the next file.
    private const int LargestMergedCount = 50_000;

    private LexicalSnapshot _snapshot;
    private Segment? _mapped;
    private string? _derivedName;
    private bool _isLoaded;
    private bool _isDisposed;
    private long _seenVersion;
    private long _lastRow;
    private long _lastDeletion;

    /// <summary>Brings the snapshot up to the last commit. The gate is held.</summary>
    private void Refresh(CancellationToken cancellationToken)
    {
        // Read before the view is taken: a commit between the two is then seen again next time, never missed.
        long version = _store.DataVersion;
        if (_isLoaded && version == _seenVersion)
        {
            return;
        }

        using StoreReader reader = _store.OpenReader();
        DerivedFile? derived = reader.Derived(DerivedKind);
        List<LiveSegment> segments = [.. _snapshot.Segments];
        if (!_isLoaded || derived?.Name != _derivedName)
        {
            segments = Reload(derived, reader);
        }

        List<long> deleted = reader.DeletedAfter(_lastDeletion);
        if (deleted.Count != reader.LastDeletion - _lastDeletion)
        {
            // Others have files that cover deletions not seen here, so the store has forgotten them.
            segments = Reload(derived, reader);
            deleted = reader.DeletedAfter(_lastDeletion);
            if (deleted.Count != reader.LastDeletion - _lastDeletion)
            {
                throw new IndexCorruptException(_store.Folder, $"of the deletions after number {_lastDeletion}, {reader.LastDeletion - _lastDeletion} were made and {deleted.Count} are noted");
            }
        }

        Delete(segments, deleted);
        int known = segments.Count;
        AddRows(reader, segments, cancellationToken);
        MergeSmall(segments, known);
        _lastRow = reader.LastRow;
        _lastDeletion = reader.LastDeletion;
        _snapshot = new LexicalSnapshot(segments, _options);
        _seenVersion = version;
        _isLoaded = true;
    }

    /// <summary>Begins anew with the file that the store names, if there is one and it is whole.</summary>
    private List<LiveSegment> Reload(DerivedFile? derived, StoreReader reader)
    {
        _isLoaded = false;
        _mapped?.Bytes.Dispose();
        _mapped = null;
        _snapshot = new LexicalSnapshot([], _options);
        _derivedName = derived?.Name;
        Damage = null;
        if (derived is { } file)
        {
            try
            {
                _mapped = PostingsFile.Open(_store, Fingerprint, file, _pool);
                (_lastRow, _lastDeletion) = (file.LastRow, file.LastDeletion);
                return [new LiveSegment(_mapped, DeletedDocuments.None)];
            }
            catch (Exception error) when (error is InvalidDataException or IOException or UnauthorizedAccessException)
            {
                Damage = $"Postings file '{file.Name}' was not used: {error.Message}. The documents were read from the store; the file is written anew with the next change.";
            }
        }

        // Every row comes from this view, so deletions before it are no concern.
        (_lastRow, _lastDeletion) = (0, reader.LastDeletion);
        return [];
    }

    private static void Delete(List<LiveSegment> segments, List<long> rows)
    {
        for (int i = 0; i < segments.Count && rows.Count > 0; i++)
        {
            ReadOnlySpan<long> segmentRows = segments[i].Segment.Rows;
            List<int> documents = [];
            foreach (long row in rows)
            {
                if (segmentRows.BinarySearch(row) is >= 0 and int document)
                {
                    documents.Add(document);
                }
            }

            if (documents.Count > 0)
            {
                segments[i] = new LiveSegment(segments[i].Segment, segments[i].Deleted.With(documents, segmentRows.Length));
            }
        }
    }

    private void AddRows(StoreReader reader, List<LiveSegment> segments, CancellationToken cancellationToken)
    {
        SegmentBuilder builder = new();
        List<(long Row, Document Document)> batch = new(BatchSize);
        long count = 0;
        reader.ReadDocumentsAfter(
            _lastRow,
            (row, document) =>
            {
                count++;
                batch.Add((row, document));
                if (batch.Count == BatchSize)
                {
                    EndBatch();
                }
            },
            cancellationToken);
        reader.RequireCountAfter(_lastRow, count);
        EndBatch();
        EndSegment();

        void EndBatch()
        {
            (List<TermOccurrence> Terms, int Length)[] analysed = new (List<TermOccurrence>, int)[batch.Count];
            AnalysisBody body = new(_fields, batch, analysed);
            _pool.For(batch.Count, ref body);
            for (int i = 0; i < analysed.Length; i++)
            {
                builder.Add(batch[i].Row, analysed[i].Length, analysed[i].Terms);
            }

            batch.Clear();
            if (builder.OccurrenceCount > MostOccurrences)
            {
                EndSegment();
            }
        }

        void EndSegment()
        {
            if (builder.DocumentCount > 0)
            {
                segments.Add(new LiveSegment(builder.Build(), DeletedDocuments.None));
                builder = new SegmentBuilder();
            }
        }
    }

    /// <summary>Joins new segments in memory with former ones of about their size, so that there are never many.</summary>
    private void MergeSmall(List<LiveSegment> segments, int known)
    {
        if (segments.Count == known)
        {
            return;
        }

        while (segments is [.., var before, var last] && before.Segment != _mapped && last.Segment.DocumentCount * 2 >= before.Segment.DocumentCount
            && before.Segment.DocumentCount + last.Segment.DocumentCount <= LargestMergedCount)
        {
            Segment merged = SegmentMerge.InMemory([before, last]);
            segments.RemoveRange(segments.Count - 2, 2);
            segments.Add(new LiveSegment(merged, DeletedDocuments.None));
        }
    }

    private readonly struct AnalysisBody(
        DocumentFields fields, List<(long Row, Document Document)> batch, (List<TermOccurrence> Terms, int Length)[] analysed) : IParallelBody
    {
        public void Execute(int taskIndex) => analysed[taskIndex] = fields.TermsOf(batch[taskIndex].Document);
    }
}
