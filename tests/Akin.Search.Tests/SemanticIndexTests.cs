using System.Runtime.CompilerServices;
using Akin.Search.Storage;

namespace Akin.Search.Tests;

public sealed class SemanticIndexTests : IDisposable
{
    private readonly TemporaryFolder _temporary = new();

    private string Folder => _temporary["index.akin"];

    public void Dispose() => _temporary.Dispose();

    [Fact]
    public void Search_DocumentsAdded_FindsTheNearestByTitleAndText()
    {
        using SemanticIndex index = SemanticIndex.OpenOrCreate(Folder, new WordEncoder());
        index.Add(
        [
            new Document("1", "red apples and green pears"),
            new Document("2", "the sea is deep") { Title = "Whales" },
            new Document("3", "snow on high mountains"),
        ]);
        Assert.Equal("2", index.Search("whales in the deep sea", 1)[0].Document.Id);
        Assert.Equal("3", index.SearchMany(["apples", "mountains of snow"], 2)[1][0].Document.Id);
        SearchHit same = index.Search("red apples and green pears", 3)[0];
        Assert.Equal(("1", 1f), (same.Document.Id, MathF.Round(same.Score, 6)));
    }

    [Fact]
    public void Add_Again_EncodesOnlyWhatChanged()
    {
        WordEncoder encoder = new();
        Document[] documents = Documents(30);
        using (SemanticIndex index = SemanticIndex.OpenOrCreate(Folder, encoder))
        {
            Assert.Equal(new AddProgress(30, 0), index.Add(documents));
            Assert.Equal(new AddProgress(0, 30), index.Add(documents));
        }

        documents[4] = documents[4] with { Text = "new words" };
        using SemanticIndex again = SemanticIndex.OpenOrCreate(Folder, encoder);
        Assert.Equal(new AddProgress(1, 29), again.Add(documents, new AddOptions { BatchSize = 7 }));
        Assert.Equal(31, encoder.EncodedCount);
        Assert.Equal(documents[4], again.Search("new words", 1)[0].Document);
    }

    [Fact]
    public void Add_WithoutABatchSize_TakesBatchesByTheTimeTheyTake()
    {
        Document[] documents = Documents(700);
        List<int> quick = [], slow = [];
        using (SemanticIndex index = SemanticIndex.OpenOrCreate(Folder, new WordEncoder { BeforeBatch = texts => quick.Add(texts.Count) }))
        {
            Assert.Equal(new AddProgress(700, 0), index.Add(documents));
        }

        using (SemanticIndex index = SemanticIndex.OpenOrCreate(Folder + "2", new WordEncoder { BeforeBatch = texts => Slow(texts.Count) }))
        {
            Assert.Equal(new AddProgress(100, 0), index.Add(documents[..100]));
        }

        Assert.Equal((64, 700), (quick[0], quick.Sum()));
        Assert.All(quick, count => Assert.InRange(count, 1, 1024));
        Assert.Equal([64, 32, 4], slow);

        void Slow(int count)
        {
            slow.Add(count);
            Thread.Sleep(TimeSpan.FromSeconds(2.1)); // longer than a batch should take
        }
    }

    [Fact]
    public void Add_BatchSizeOfNone_IsRefused()
    {
        using SemanticIndex index = SemanticIndex.OpenOrCreate(Folder, new WordEncoder());
        Assert.Contains("at least 1", Assert.Throws<ArgumentOutOfRangeException>(() => index.Add(Documents(1), new AddOptions { BatchSize = 0 })).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Add_TwoVersionsInOneBatch_TheLaterOneStays()
    {
        using SemanticIndex index = SemanticIndex.OpenOrCreate(Folder, new WordEncoder());
        Document first = new("1", "first");
        index.Add([first]);
        index.Add([new Document("1", "second"), first]);
        Assert.Equal(first, Assert.Single(index.Store.Enumerate()));
    }

    [Fact]
    public async Task AddAsync_CancelledInTheMiddle_KeepsWhatWasReportedAndResumes()
    {
        Document[] documents = Documents(100);
        using CancellationTokenSource stop = new();
        AddProgress reported = default;
        using (SemanticIndex index = SemanticIndex.OpenOrCreate(Folder, new WordEncoder { BeforeBatch = texts => CancelAt(texts, documents[50]) }))
        {
            await Assert.ThrowsAnyAsync<OperationCanceledException>(
                () => index.AddAsync(Stream(documents), new AddOptions { BatchSize = 10 }, new Reporting(done => reported = done), stop.Token));
        }

        WordEncoder encoder = new();
        using SemanticIndex again = SemanticIndex.OpenOrCreate(Folder, encoder);
        Assert.Equal(reported.Total, again.Store.Count);
        Assert.Equal(60, reported.Total);
        Assert.Equal(new AddProgress(40, 60), await again.AddAsync(Stream(documents), new AddOptions { BatchSize = 10 }));
        Assert.Equal(40, encoder.EncodedCount);
        Assert.Equal(documents, again.Store.Enumerate());

        void CancelAt(IReadOnlyList<string> texts, Document document)
        {
            if (texts.Contains(document.Text))
            {
                stop.Cancel();
            }
        }
    }

    [Fact]
    public void OpenOrCreate_AnotherModel_IsRefusedForAddAndForSearch()
    {
        SemanticIndex.OpenOrCreate(Folder, new WordEncoder("model-a")).Dispose();
        Assert.Throws<IndexModelException>(() => SemanticIndex.OpenOrCreate(Folder, new WordEncoder("model-b")));
        using DocumentStore store = DocumentStore.Open(Folder);
        Assert.Throws<IndexModelException>(() => new SemanticIndex(store, new WordEncoder("model-a", dimension: 16)));
        new SemanticIndex(store, new WordEncoder("model-a")).Dispose();
        Assert.Equal(0, store.Count);
    }

    [Fact]
    public void Add_ReadsTheSequenceOnceAndLazily_AndPublishes()
    {
        using SemanticIndex index = SemanticIndex.OpenOrCreate(Folder, new WordEncoder());
        List<long> atRead = [];
        index.Add(
            Documents(25).Select(document =>
            {
                atRead.Add(index.Store.Count);
                return document;
            }),
            new AddOptions { BatchSize = 10 });
        Assert.Equal([0, 0, 10, 20], new[] { atRead[0], atRead[9], atRead[10], atRead[24] });
        Assert.Equal(25, index.Vectors.Info().ScannedDocuments);
    }

    private static Document[] Documents(int count) => [.. Enumerable.Range(0, count).Select(i => new Document("d" + i, $"word{i} and word{i + 1}"))];

    private static async IAsyncEnumerable<Document> Stream(Document[] documents, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        foreach (Document document in documents)
        {
            cancellationToken.ThrowIfCancellationRequested();
            await Task.Yield();
            yield return document;
        }
    }

    private sealed class Reporting(Action<AddProgress> act) : IProgress<AddProgress>
    {
        void IProgress<AddProgress>.Report(AddProgress value) => act(value);
    }
}
