using Akin.Search.CrashProbe;
using Akin.Search.Lexical;
using Akin.Search.Storage;
using Microsoft.Data.Sqlite;

namespace Akin.Search.Tests.Storage;

public sealed class IndexBackupTests : IDisposable
{
    private readonly TemporaryFolder _temporary = new();

    private string Folder => _temporary["index.akin"];

    private string File => _temporary["index.backup"];

    public void Dispose() => _temporary.Dispose();

    [Fact]
    public void Restore_OfABackup_GivesTheSameDocumentsVectorsSettingsAndAnswers()
    {
        using DocumentStore store = Filled(300);
        using VectorIndex index = new(store);
        index.Configure(new VectorIndexSettings { Kind = VectorIndexKind.Hnsw, M = 5 });
        index.Publish();
        store.Delete(["d7"]);
        BackupInfo written = IndexBackup.Create(store, File);
        Assert.Equal((299, new FileInfo(File).Length), (written.Documents, written.SizeBytes));
        Assert.Equal(written, IndexBackup.Verify(File));
        Assert.Equal(written, IndexBackup.Restore(File, _temporary["again.akin"]));
        Assert.Equal(["again.akin", "index.akin", "index.backup"], Names());

        using DocumentStore again = DocumentStore.Open(_temporary["again.akin"]);
        Assert.NotEqual(store.StoreId, again.StoreId);
        again.Verify();
        Assert.Equal(store.Facts, again.Facts);
        Assert.Equal(store.Enumerate(), again.Enumerate());
        Assert.Equal(store.GetVector("d9"), again.GetVector("d9"));
        using VectorIndex indexAgain = new(again);
        Assert.Equal(index.Settings, indexAgain.Settings);
        float[] query = ProbeDocuments.Vector("d11", 1);
        Assert.Equal(index.Search(query, 20), indexAgain.Search(query, 20));

        // Both go on, each its own way.
        store.Upsert([ProbeDocuments.Entry("here", 2)]);
        again.Upsert([ProbeDocuments.Entry("there", 2)]);
        Assert.True(indexAgain.Publish());
        Assert.Null(indexAgain.Damage);
        Assert.Equal((300, 300), (store.Count, again.Count));
    }

    [Fact]
    public async Task Create_WhileOthersWrite_HoldsWholeBatchesOfOneMoment()
    {
        using DocumentStore store = Filled(200);
        using CancellationTokenSource stop = new();
        Task writer = Task.Run(() =>
        {
            for (int version = 2; !stop.IsCancellationRequested; version++)
            {
                store.Upsert([.. Enumerable.Range(0, 20).Select(i => ProbeDocuments.Entry("w" + i, version))]);
            }
        });
        for (int round = 0; round < 5; round++)
        {
            string file = _temporary[$"{round}.backup"], folder = _temporary[$"{round}.akin"];
            IndexBackup.Create(store, file);
            IndexBackup.Restore(file, folder);
            using DocumentStore copy = DocumentStore.Open(folder);
            copy.Verify();
            Document[] written = [.. copy.Enumerate().Where(document => document.Id[0] == 'w')];
            Assert.True(written.Length is 0 or 20);
            Assert.True(written.Select(document => document.Text.Split(' ')[1]).Distinct().Count() <= 1);
        }

        await stop.CancelAsync();
        await writer;
    }

    [Fact]
    public void BackupAndRestore_OfWhatIsThere_AreRefused()
    {
        using DocumentStore store = Filled(3);
        IndexBackup.Create(store, File);
        Assert.Contains("left alone", Assert.Throws<IOException>(() => IndexBackup.Create(store, File)).Message);
        Assert.Contains("left alone", Assert.Throws<IOException>(() => IndexBackup.Restore(File, Folder)).Message);
        Directory.CreateDirectory(_temporary["empty"]);
        IndexBackup.Restore(File, _temporary["empty"]);
        Assert.Equal(3, store.Count);
    }

    [Fact]
    public void Backup_CutOffOrChangedAnywhere_IsRefused()
    {
        using (DocumentStore store = Filled(2))
        {
            IndexBackup.Create(store, File);
        }

        byte[] whole = System.IO.File.ReadAllBytes(File);
        string damaged = _temporary["damaged"], target = _temporary["restored.akin"];
        for (int length = 0; length < whole.Length; length += 1511)
        {
            System.IO.File.WriteAllBytes(damaged, whole[..length]);
            Assert.Throws<IndexFileException>(() => IndexBackup.Restore(damaged, target));
        }

        for (int place = 3; place < whole.Length; place += 1511)
        {
            byte[] changed = [.. whole];
            changed[place] ^= 0x10;
            System.IO.File.WriteAllBytes(damaged, changed);
            Assert.Throws<IndexFileException>(() => IndexBackup.Restore(damaged, target));
        }

        Assert.Equal(["damaged", "index.akin", "index.backup"], Names());
    }

    [Fact]
    public void Restore_OfANewerVersion_IsRefusedWithWords()
    {
        using (DocumentStore store = Filled(2))
        {
            IndexBackup.Create(store, File);
        }

        byte[] bytes = System.IO.File.ReadAllBytes(File);
        bytes[63] = 99; // user_version, big-endian
        System.IO.File.WriteAllBytes(File, bytes);
        Assert.Contains("update Akin", Assert.Throws<IndexFormatException>(() => IndexBackup.Restore(File, _temporary["new.akin"])).Message);
    }

    [Fact]
    public void BackupAndRestore_Cancelled_LeaveNothing()
    {
        using DocumentStore store = Filled(2000);
        IndexBackup.Create(store, File);
        using CancellationTokenSource stop = new();
        Progress cancel = new(stop.Cancel);
        Assert.ThrowsAny<OperationCanceledException>(() => IndexBackup.Create(store, _temporary["second.backup"], cancel, stop.Token));
        Assert.ThrowsAny<OperationCanceledException>(() => IndexBackup.Restore(File, _temporary["again.akin"], cancellationToken: stop.Token));
        Assert.Equal(["index.akin", "index.backup"], Names());
    }

    [Fact]
    public void Compaction_AfterDeletions_GivesRoomBackAndChangesNoAnswer()
    {
        using DocumentStore store = Filled(1500);
        using VectorIndex index = new(store);
        using LexicalIndex words = new(store);
        index.Configure(new VectorIndexSettings { Kind = VectorIndexKind.Hnsw, M = 5 });
        index.Publish();
        words.Publish();
        using LexicalIndex otherWords = new(store, new LexicalOptions { Fields = [new LexicalField("title")] });
        otherWords.Publish();
        store.Delete([.. Enumerable.Range(0, 1400).Select(i => "d" + i)]);
        float[] query = ProbeDocuments.Vector("d1450", 1);
        IReadOnlyList<SearchHit> near = index.Search(query, 100), worded = words.Search("of d1450", 10);
        (long before, long after) = IndexCompaction.Run(store);
        Assert.True(after * 5 < before, $"{before} bytes became {after}.");
        store.Verify();
        Assert.Equal(near, index.Search(query, 100));
        Assert.Equal(worded, words.Search("of d1450", 10));
        Assert.Equal((100, 100), (index.MappedCount, words.MappedCount));
        Assert.Single(Directory.GetFiles(Folder, "postings-*.bin"));
        Assert.Equal(10, otherWords.Search("Title", 10).Count);
        Assert.Empty(Query("SELECT row FROM deletions"));

        // An index that was emptied, and one that was never filled.
        store.Delete([.. Enumerable.Range(1400, 100).Select(i => "d" + i)]);
        IndexCompaction.Run(store);
        Assert.Empty(index.Search(query, 5));
        using DocumentStore empty = DocumentStore.OpenOrCreate(_temporary["empty.akin"], ProbeDocuments.Facts);
        IndexCompaction.Run(empty);
        Assert.Equal(0, empty.Count);
    }

    [Fact]
    public void Check_OfPostings_TellsOfEachFileAndOfDamage()
    {
        using DocumentStore store = Filled(50);
        Assert.Empty(LexicalIndex.Check(store));
        using (LexicalIndex words = new(store))
        {
            words.Publish();
        }

        PostingsCheck whole = Assert.Single(LexicalIndex.Check(store));
        Assert.Equal((50, null), (whole.Documents, whole.Damage));
        string file = Path.Combine(Folder, whole.File);
        byte[] bytes = System.IO.File.ReadAllBytes(file);
        bytes[4200] ^= 1;
        System.IO.File.WriteAllBytes(file, bytes);
        Assert.Contains("checksum", Assert.Single(LexicalIndex.Check(store)).Damage);
    }

    private DocumentStore Filled(int count)
    {
        DocumentStore store = DocumentStore.OpenOrCreate(Folder, ProbeDocuments.Facts);
        store.Upsert([.. Enumerable.Range(0, count).Select(i => ProbeDocuments.Entry("d" + i, 1))]);
        return store;
    }

    private IEnumerable<string> Names() => Directory.EnumerateFileSystemEntries(_temporary.Path).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal);

    private List<long> Query(string sql)
    {
        using SqliteConnection connection = new($"Data Source={Path.Combine(Folder, "index.db")};Pooling=False");
        connection.Open();
        using SqliteCommand command = connection.CreateCommand();
#pragma warning disable CA2100
        command.CommandText = sql;
#pragma warning restore CA2100
        using SqliteDataReader row = command.ExecuteReader();
        List<long> values = [];
        while (row.Read())
        {
            values.Add(row.GetInt64(0));
        }

        return values;
    }

    private sealed class Progress(Action act) : IProgress<long>
    {
        public void Report(long value) => act();
    }
}
