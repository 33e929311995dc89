using Akin.Search.CrashProbe;
using Akin.Search.Lexical;
using Akin.Search.Storage;

namespace Akin.Search.Tests;

/// <summary>What an index must hold after the processes that wrote to it were killed: every acknowledged batch, and the last one whole or not at all.</summary>
internal sealed class ProbeLedger
{
    private Dictionary<string, int> _acknowledged = [];
    private Dictionary<string, int>? _unacknowledged;

    public int AcknowledgedBatches { get; private set; }

    /// <summary>Batches that were stored, whole, though the process was killed before it could say so.</summary>
    public int WholeLastBatches { get; private set; }

    /// <summary>Takes over what a process said until its end.</summary>
    public void Follow(IEnumerable<string> lines)
    {
        foreach (string line in lines)
        {
            string[] words = line.Split(' ');
            switch (words)
            {
                case ["begin", "put", ..]:
                    _unacknowledged = new(_acknowledged);
                    foreach (string[] entry in words[2..].Select(word => word.Split(':')))
                    {
                        _unacknowledged[entry[0]] = int.Parse(entry[1]);
                    }

                    break;
                case ["begin", "delete", ..]:
                    _unacknowledged = new(_acknowledged);
                    foreach (string id in words[2..])
                    {
                        _unacknowledged.Remove(id);
                    }

                    break;
                case ["done"]:
                    _acknowledged = _unacknowledged!;
                    _unacknowledged = null;
                    AcknowledgedBatches++;
                    break;
            }
        }
    }

    /// <summary>Checks an index against the ledger and settles what became of the batch that was not acknowledged.</summary>
    public void Check(string folder)
    {
        using DocumentStore store = DocumentStore.OpenOrCreate(folder, ProbeDocuments.Facts);
        using VectorIndex index = new(store);
        store.Verify();
        Dictionary<string, Document> stored = store.Enumerate().ToDictionary(document => document.Id);
        bool isLastBatchThere = _unacknowledged is not null && Same(stored, _unacknowledged);
        Assert.True(isLastBatchThere || Same(stored, _acknowledged), "The index holds neither the acknowledged documents nor those and the whole last batch.");
        WholeLastBatches += isLastBatchThere ? 1 : 0;
        _acknowledged = isLastBatchThere ? _unacknowledged! : _acknowledged;
        _unacknowledged = null;
        Assert.Equal(_acknowledged.Count, store.Count);
        string[] ids = [.. _acknowledged.Keys];
        IReadOnlyList<SearchHit>[] found = index.SearchMany([.. ids.Select(id => ProbeDocuments.Vector(id, _acknowledged[id]))], 1);
        for (int i = 0; i < ids.Length; i++)
        {
            Assert.Equal(ProbeDocuments.Document(ids[i], _acknowledged[ids[i]]), Assert.Single(found[i]).Document);
        }

        Assert.Null(index.Damage);
        CheckWords(store);
        foreach (string backup in Directory.GetFiles(Path.GetDirectoryName(folder)!, "*.backup"))
        {
            IndexBackup.Verify(backup);
            File.Delete(backup);
        }
    }

    /// <summary>Every document is found by its identifier and version, and former versions are found no more.</summary>
    private void CheckWords(DocumentStore store)
    {
        using LexicalIndex words = new(store);
        foreach ((string id, int version) in _acknowledged)
        {
            Assert.Equal(ProbeDocuments.Document(id, version), Assert.Single(words.Search(LexicalQuery.Parse($"+{id} +{version}"), 2)).Document);
        }

        Assert.Equal(_acknowledged.Count, words.Search(LexicalQuery.Words("text"), _acknowledged.Count + 1).Count);
        Assert.Null(words.Damage);
    }

    private static bool Same(Dictionary<string, Document> stored, Dictionary<string, int> expected) =>
        stored.Count == expected.Count &&
        expected.All(entry => stored.TryGetValue(entry.Key, out Document? document) && document == ProbeDocuments.Document(entry.Key, entry.Value));
}
