using Akin.Search.Lexical;
using Akin.Search.Lexical.Analysis;
using Akin.Search.Lexical.Queries;
using Akin.Search.Storage;

namespace Akin.Search.Tests.Lexical;

public sealed class LexicalIndexTests : IDisposable
{
    private static readonly IndexFacts Facts = new("m", 2);

    private readonly TemporaryFolder _temporary = new();

    public void Dispose() => _temporary.Dispose();

    [Theory]
    [InlineData(1, Bm25Method.Lucene)]
    [InlineData(2, Bm25Method.LuceneStoredLength)]
    [InlineData(3, Bm25Method.Robertson)]
    [InlineData(4, Bm25Method.Atire)]
    [InlineData(5, Bm25Method.Bm25L)]
    [InlineData(6, Bm25Method.Bm25Plus)]
    public void Index_RandomWorkWithRestarts_ScoresEveryDocumentAsIfAllWereAddedAnew(int seed, Bm25Method method)
    {
        string folder = _temporary["index.akin"];
        LexicalOptions options = new() { Scoring = new Bm25Options { Method = method, Analyzer = new StandardAnalyzer() } };
        Random random = new(seed);
        RandomTexts texts = new(seed, 60);
        // Insertion order counts: a replaced document moves to the end.
        List<Document> model = [];
        DocumentStore store = DocumentStore.OpenOrCreate(folder, Facts);
        LexicalIndex index = new(store, options);
        for (int step = 0; step < 80; step++)
        {
            switch (random.Next(9))
            {
                case < 4:
                    Document[] batch = [.. Enumerable.Range(0, random.Next(1, 40)).Select(_ => texts.Document("d" + random.Next(200)))];
                    Add(store, batch);
                    foreach (Document document in batch)
                    {
                        model.RemoveAll(old => old.Id == document.Id);
                        model.Add(document);
                    }

                    break;
                case < 6:
                    string[] ids = [.. Enumerable.Range(0, random.Next(1, 30)).Select(_ => "d" + random.Next(200))];
                    model.RemoveAll(document => ids.Contains(document.Id));
                    store.Delete(ids);
                    break;
                case 6:
                    index.Publish();
                    break;
                case 7:
                    index.Dispose();
                    store.Dispose();
                    store = DocumentStore.Open(folder);
                    index = new LexicalIndex(store, options);
                    break;
                default:
                    int count = random.Next(1, 12);
                    string query = texts.Words(1, 6);
                    Bm25Index reference = new(model.Select(document => document.EmbeddingText), options.Scoring);
                    (string, double)[] expected = [.. reference.Search(query, count).Select(hit => (model[hit.Document].Id, hit.Score))];
                    RowHit[] found = index.SearchRows(LexicalQuery.Words(query), count, accepts: null, default);
                    Document?[] documents = store.FindRows(Array.ConvertAll(found, hit => hit.Row));
                    Assert.Equal(expected, found.Zip(documents, (hit, document) => (document!.Id, hit.Score)));
                    break;
            }
        }

        Assert.Null(index.Damage);
        index.Dispose();
        store.Dispose();
    }

    [Theory]
    [InlineData(1, Bm25Method.Lucene, 0)]
    [InlineData(2, Bm25Method.LuceneStoredLength, 0)]
    [InlineData(3, Bm25Method.Bm25Plus, 0)]
    [InlineData(4, Bm25Method.Lucene, 3)]
    public void Search_PassingOverBlocks_FindsWhatLookingAtEveryDocumentFinds(int seed, Bm25Method method, int filter)
    {
        LexicalOptions options = new() { Scoring = new Bm25Options { Method = method, Analyzer = new StandardAnalyzer() } };
        RandomTexts texts = new(seed, 3000);
        using DocumentStore store = DocumentStore.OpenOrCreate(_temporary["index.akin"], Facts);
        Add(store, [.. Enumerable.Range(0, 6000).Select(i => texts.Document("d" + i))]);
        using LexicalIndex index = new(store, options);
        Assert.True(index.Publish());
        Add(store, [.. Enumerable.Range(5900, 400).Select(i => texts.Document("d" + i))]);
        Func<long, bool>? accepts = filter == 0 ? null : row => row % filter == 0;
        for (int round = 0; round < 60; round++)
        {
            LexicalQuery query = LexicalQuery.Words(texts.Words(1, 1 + (round % 12)));
            int count = 1 << (round % 8);
            RowHit[] expected = index.SearchRows(query, count, accepts, isExhaustive: true, default);
            Assert.Equal(expected, index.SearchRows(query, count, accepts, default));
            Assert.True(filter == 0 || expected.All(hit => hit.Row % filter == 0));
        }

        Assert.Equal(6000, index.MappedCount);
    }

    [Fact]
    public void Search_WithWeightedFields_CountsAWordAsOftenAsItsFieldWeighs()
    {
        RandomTexts texts = new(7, 40);
        Document[] documents = [.. Enumerable.Range(0, 300).Select(i => texts.Document("d" + i) with { Metadata = $$"""{"tags": ["{{texts.Words(0, 3)}}", "{{texts.Word()}}", 7], "none": null}""" })];
        LexicalOptions options = new()
        {
            Scoring = new Bm25Options { Analyzer = new StandardAnalyzer() },
            Fields = [new("title", 3), new("text"), new("metadata.tags", 0.5), new("metadata.none"), new("metadata.other")],
        };
        using DocumentStore store = DocumentStore.OpenOrCreate(_temporary["index.akin"], Facts);
        Add(store, documents);
        using LexicalIndex index = new(store, options);
        // Everything twice, so that half a word is one: scores are the same with k1 doubled, since frequency and norm double together.
        Bm25Index reference = new(
            documents.Select(document => string.Join(' ', Enumerable.Repeat(document.Title, 6).Concat(Enumerable.Repeat(document.Text, 2)).Concat(DocumentFields.PartsOf(document, "metadata.tags")))),
            options.Scoring with { K1 = options.Scoring.K1 * 2 });
        for (int round = 0; round < 30; round++)
        {
            string query = texts.Words(1, 5);
            Dictionary<string, double> expected = reference.Search(query, 300).ToDictionary(hit => documents[hit.Document].Id, hit => hit.Score);
            RowHit[] found = index.SearchRows(LexicalQuery.Words(query), 300, accepts: null, default);
            Assert.Equal(expected.Count, found.Length);
            foreach ((RowHit hit, Document? document) in found.Zip(store.FindRows(Array.ConvertAll(found, hit => hit.Row))))
            {
                Assert.Equal(expected[document!.Id], hit.Score, 1e-12);
            }
        }
    }

    [Theory]
    [InlineData("red apple", "a b c d e f")]
    [InlineData("+red apple", "a b d e f")]
    [InlineData("apple -red", "c")]
    [InlineData("\"red apple\"", "a d")]
    [InlineData("\"apple red\"", "f")]
    [InlineData("\"red apple\" pear", "a d e")]
    [InlineData("red AND apple", "a d f")]
    [InlineData("red AND NOT apple", "b e")]
    [InlineData("pear OR \"red apple\"", "a d e")]
    [InlineData("(pear OR pie) AND red", "d e")]
    [InlineData("+red +apple -pie", "a f")]
    [InlineData("+\"red apple\" -pie", "a")]
    [InlineData("+e-mail", "e")]
    [InlineData("NOT red apple", "c")]
    [InlineData("plum", "")]
    [InlineData("\"red plum\"", "")]
    [InlineData("+plum red", "")]
    [InlineData("\"!\" +pear", "e")]
    [InlineData("", "")]
    public void Search_OfAQueryWithSigns_FindsWhatItSays(string query, string expected)
    {
        using DocumentStore store = DocumentStore.OpenOrCreate(_temporary["index.akin"], Facts);
        Add(store, new("a", "red apple"), new("b", "a red car"), new("c", "green apple"), new("d", "a red apple pie"), new("e", "red pear by e-mail"), new("f", "apple, red"));
        using LexicalIndex index = new(store);
        Assert.Equal(expected.Split(' ', StringSplitOptions.RemoveEmptyEntries), index.Search(LexicalQuery.Parse(query), 10).Select(hit => hit.Document.Id).Order());
    }

    [Fact]
    public void Search_OfAKoreanPhrase_FindsItWithOtherParticles()
    {
        using DocumentStore store = DocumentStore.OpenOrCreate(_temporary["index.akin"], Facts);
        Add(store, new("a", "상속 포기를 신고했다"), new("b", "포기한 상속"), new("c", "重置密码的方法"), new("d", "密码重置"));
        using LexicalIndex index = new(store);
        Assert.Equal(["a"], index.Search(LexicalQuery.Phrase("상속을 포기"), 10).Select(hit => hit.Document.Id));
        Assert.Equal(["c"], index.Search(LexicalQuery.Phrase("重置密码"), 10).Select(hit => hit.Document.Id));
    }

    [Fact]
    public void Search_WhenTheFileIsDamagedAnywhere_AnswersFromTheStoreAndSaysSo()
    {
        string folder = _temporary["index.akin"];
        RandomTexts texts = new(3, 200);
        string[] queries = [.. Enumerable.Range(0, 5).Select(_ => texts.Words(1, 5))];
        SearchHit[][] expected;
        using (DocumentStore store = DocumentStore.OpenOrCreate(folder, Facts))
        {
            Add(store, [.. Enumerable.Range(0, 60).Select(i => texts.Document("d" + i))]);
            using LexicalIndex index = new(store);
            expected = [.. index.SearchMany(queries, 20).Select(hits => hits.ToArray())];
            Assert.True(index.Publish());
        }

        string path = Directory.GetFiles(folder, "postings-*.bin").Single();
        byte[] whole = File.ReadAllBytes(path);
        Random random = new(4);
        for (int round = 0; round < 120; round++)
        {
            byte[] damaged = round % 3 == 0 ? whole[..random.Next(whole.Length)] : [.. whole];
            bool isPadding = false;
            if (damaged.Length == whole.Length)
            {
                // Header and content; what is between them says nothing.
                int at = random.Next(2) == 0 ? random.Next(140) : random.Next(4096, whole.Length);
                isPadding = at is >= 120 and < 140;
                damaged[at] ^= (byte)(1 << random.Next(8));
            }

            File.WriteAllBytes(path, damaged);
            using DocumentStore store = DocumentStore.Open(folder);
            using LexicalIndex index = new(store);
            Assert.Equal(expected, index.SearchMany(queries, 20).Select(hits => hits.ToArray()));
            Assert.True(isPadding || index.Damage?.Contains(Path.GetFileName(path), StringComparison.Ordinal) == true, $"round {round}");
        }

        using (DocumentStore store = DocumentStore.Open(folder))
        {
            using LexicalIndex index = new(store);
            Assert.NotEmpty(index.Search(queries[0], 1));
            Assert.True(index.Publish());
            Assert.Equal(60, Reopened(store));
        }
    }

    [Fact]
    public async Task Search_WhileOthersWriteAndPublish_AlwaysSeesWholeBatches()
    {
        using DocumentStore store = DocumentStore.OpenOrCreate(_temporary["index.akin"], Facts);
        using LexicalIndex index = new(store);
        using CancellationTokenSource ending = new();
        // Every batch replaces all ten documents: a search finds ten or, before the first batch, none.
        Task[] readers = [.. Enumerable.Range(0, 2).Select(_ => Task.Run(() =>
        {
            HashSet<int> counts = [];
            while (!ending.IsCancellationRequested)
            {
                counts.Add(index.SearchRows(LexicalQuery.Words("apple"), 20, accepts: null, default).Length);
            }

            Assert.Subset(new HashSet<int> { 0, 10 }, counts);
        }))];
        for (int round = 0; round < 40; round++)
        {
            Add(store, [.. Enumerable.Range(0, 10).Select(i => new Document("d" + i, $"apple {round}"))]);
            if (round % 7 == 0)
            {
                using LexicalIndex other = new(store);
                other.Publish();
            }
        }

        Assert.Equal(10, index.Search("39", 20).Count);
        await ending.CancelAsync();
        await Task.WhenAll(readers);
    }

    [Fact]
    public void Publish_WithOtherOptions_LeavesTheFilesOfOthersAlone()
    {
        using DocumentStore store = DocumentStore.OpenOrCreate(_temporary["index.akin"], Facts);
        Add(store, new Document("a", "red apples"));
        using LexicalIndex multilingual = new(store);
        using LexicalIndex standard = new(store, new LexicalOptions { Scoring = new Bm25Options { Analyzer = new StandardAnalyzer() } });
        Assert.True(multilingual.Publish());
        Assert.True(standard.Publish());
        Assert.Equal(1, Reopened(store));
        Assert.Single(multilingual.Search("apple", 1));
        Assert.Empty(standard.Search("apple", 1));
    }

    [Fact]
    public void VectorSearch_AfterPostingsCoverADeletion_DoesNotMissIt()
    {
        using DocumentStore store = DocumentStore.OpenOrCreate(_temporary["index.akin"], Facts);
        Add(store, new("a", "x"), new("b", "x"), new("c", "x"));
        using VectorIndex vectors = new(store);
        using LexicalIndex words = new(store);
        using LexicalIndex other = new(store, new LexicalOptions { Fields = [new("text")] });
        Assert.Equal((3, 3), (vectors.Search([1, 0], 5).Count, other.Search("x", 5).Count));
        store.Delete(["b"]);
        Assert.True(words.Publish());
        Assert.Equal(["a", "c"], vectors.Search([1, 0], 2).Select(hit => hit.Document.Id));
        Assert.Equal(["a", "c"], other.Search("x", 2).Select(hit => hit.Document.Id));
    }

    [Fact]
    public void Index_OptionsThatMakeNoSense_AreRefused()
    {
        using DocumentStore store = DocumentStore.OpenOrCreate(_temporary["index.akin"], Facts);
        Refused("'body'", new LexicalField("body"));
        Refused("'metadata.'", new LexicalField("metadata."));
        Refused("0.001", new LexicalField("text", 0.001));
        Refused("twice", new LexicalField("text"), new LexicalField("text", 2));
        Refused("no fields");

        void Refused(string words, params LexicalField[] fields) =>
            Assert.Contains(words, Assert.Throws<ArgumentException>(() => new LexicalIndex(store, new LexicalOptions { Fields = fields })).Message);
    }

    [Theory]
    [InlineData("a \"b", 2, "quotation mark")]
    [InlineData("(a", 0, "bracket is not closed")]
    [InlineData("a)", 1, "not opened")]
    [InlineData("a AND", 5, "missing")]
    [InlineData("OR a", 0, "missing")]
    [InlineData("-a", 0, "must not be there")]
    [InlineData("()", 1, "missing")]
    public void Parse_OfAQueryThatMakesNoSense_SaysWhere(string query, int position, string words)
    {
        LexicalQueryException error = Assert.Throws<LexicalQueryException>(() => LexicalQuery.Parse(query));
        Assert.Equal(position, error.Position);
        Assert.Contains(words, error.Message);
    }

    [Fact]
    public void Parse_OfAnyText_EndsWithAQueryOrATypedError()
    {
        Random random = new(5);
        for (int round = 0; round < 5000; round++)
        {
            string text = string.Concat(Enumerable.Range(0, random.Next(12)).Select(_ => random.GetItems(["a", "b", " ", "\"", "(", ")", "+", "-", " AND ", " OR ", "NOT "], 1)[0]));
            try
            {
                LexicalQuery.Parse(text);
            }
            catch (LexicalQueryException)
            {
                // What it is for.
            }
        }

        Assert.Throws<LexicalQueryException>(() => LexicalQuery.Parse(new string('(', 100_000)));
    }

    /// <summary>Documents that the postings file of a new index covers.</summary>
    private static int Reopened(DocumentStore store)
    {
        using LexicalIndex index = new(store);
        Assert.NotNull(index.Search("x", 1));
        Assert.Null(index.Damage);
        return index.MappedCount;
    }

    private static void Add(DocumentStore store, params Document[] documents) =>
        store.Upsert([.. documents.Select(document => new DocumentVector(document, new float[] { 1, 0 }))]);
}
