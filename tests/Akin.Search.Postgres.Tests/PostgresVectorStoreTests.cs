using Akin.Kernels;
using Akin.Search.Filters;
using Akin.Search.Storage;
using Npgsql;

namespace Akin.Search.Postgres.Tests;

/// <summary>A store on a real server answers as an index in a folder does.</summary>
public sealed class PostgresVectorStoreTests : IDisposable
{
    private const int Dimension = 12;

    // Sums in another order, and a server that computes in double precision.
    private const float Tolerance = 2e-5f;

    private static readonly string[] Words = ["river", "stone", "서울특별시의", "발표했습니다", "密码的重置", "환경", "winter", "letters", "garden", "a", "the"];

    private readonly string _folder = Directory.CreateTempSubdirectory("akin-pg-test-").FullName;
    private readonly string _address = PostgresServer.NewIndex();

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [PostgresTheory]
    [InlineData(VectorMetric.Cosine)]
    [InlineData(VectorMetric.Dot)]
    [InlineData(VectorMetric.Euclidean)]
    public void Store_OnArrays_AnswersAsAnIndexInAFolder(VectorMetric metric) => CompareWithFolder(metric, useExtension: false, VectorIndexKind.Exact);

    // On pgvector where the server has it, else on arrays: the answers are the same.
    [PostgresTheory]
    [InlineData(VectorMetric.Cosine, VectorIndexKind.Exact)]
    [InlineData(VectorMetric.Cosine, VectorIndexKind.Hnsw)]
    [InlineData(VectorMetric.Dot, VectorIndexKind.Hnsw)]
    [InlineData(VectorMetric.Euclidean, VectorIndexKind.Hnsw)]
    public void Store_ThatMayUseTheExtension_AnswersAsAnIndexInAFolder(VectorMetric metric, VectorIndexKind kind) => CompareWithFolder(metric, useExtension: true, kind);

    [PostgresFact]
    public void Upsert_ByWritersOfTheSameDocuments_KeepsOneOfEachAndTheirWords()
    {
        using PostgresVectorStore store = Open();
        Parallel.For(0, 4, writer =>
        {
            using PostgresVectorStore own = PostgresVectorStore.Open(_address, WorkerPool.Serial);
            for (int i = 0; i < 5; i++)
            {
                own.Upsert([.. Enumerable.Range(0, 10).Select(document => Entry($"d{(document * 7 + writer) % 15}", writer * 1000 + i))]);
            }

            own.Delete(["d3", "d4"]);
        });
        store.Delete(["d3", "d4"]);
        Assert.Equal(13, store.Info().Documents);
        using FolderVectorStore folder = new(Path.Combine(_folder, "index.akin"), store.Facts);
        foreach (Document document in Enumerable.Range(0, 15).Select(i => store.Get("d" + i)).OfType<Document>())
        {
            folder.Upsert([new DocumentVector(document, new float[Dimension])]);
        }

        store.Publish();
        AssertSame(folder.SearchWords(Words, 20), store.SearchWords(Words, 20), areTiesOrdered: false);
    }

    [PostgresFact]
    public void Upsert_OfWhatCannotBeStored_StoresNothingOfTheBatch()
    {
        using PostgresVectorStore store = Open();
        Assert.Contains("character 0", Assert.Throws<InvalidDocumentException>(() => store.Upsert([Entry("a", 1), new DocumentVector(new Document("b", "x\0y"), new float[Dimension])])).Message);
        Assert.Throws<InvalidDocumentException>(() => store.Upsert([Entry("a", 1), new DocumentVector(new Document("b", "x"), new float[3])]));
        Assert.Throws<InvalidDocumentException>(() => store.Upsert([Entry("a", 1), new DocumentVector(new Document("b", "\ud800"), new float[Dimension])]));
        Assert.Throws<PostgresStoreException>(() => store.Upsert([Entry("a", 1), Entry(string.Concat(Enumerable.Range(0, 300).Select(_ => Guid.NewGuid())), 1)]));
        Assert.ThrowsAny<OperationCanceledException>(() => store.Upsert([Entry("a", 1)], new CancellationToken(canceled: true)));
        Assert.Equal(0, store.Info().Documents);
        string odd = string.Concat(Enumerable.Range(0, 3000).Select(i => (char)('a' + i * i % 26)));
        store.Upsert([new DocumentVector(new Document("long", odd + " 😀"), new float[Dimension])]);
        Assert.Equal("long", Assert.Single(store.SearchWords([odd], 5)[0]).Document.Id);
    }

    [PostgresFact]
    public void Add_WithAnEncoder_PassesOverWhatIsThere()
    {
        LengthEncoder encoder = new();
        using PostgresVectorStore store = PostgresVectorStore.OpenOrCreate(_address, IndexFacts.For(encoder));
        Document[] documents = [.. Enumerable.Range(0, 30).Select(i => Entry("d" + i, i).Document)];
        Assert.Equal(new AddProgress(30, 0), store.Add(encoder, documents, new AddOptions { BatchSize = 8 }));
        documents[3] = documents[3] with { Text = "other" };
        Assert.Equal(new AddProgress(1, 29), store.Add(encoder, documents));
        Assert.Equal("d3", store.Search(encoder, "other", 1)[0].Document.Id);
    }

    [PostgresFact]
    public void Open_OfWhatIsNotThereOrNotFitting_SaysSo()
    {
        Assert.Contains("no such schema", Assert.Throws<IndexNotFoundException>(() => PostgresVectorStore.Open(_address)).Message);
        Open().Dispose();
        Assert.Throws<IndexModelException>(() => PostgresVectorStore.OpenOrCreate(_address, new IndexFacts("other", Dimension)));
        Assert.Throws<IndexModelException>(() => PostgresVectorStore.OpenOrCreate(_address, new IndexFacts("m", 3)));
        using (PostgresVectorStore store = Open())
        {
            Assert.True(store.HasPlainArrays);
            Assert.Contains("plain arrays", store.Info().Method);
        }

        PostgresAddress address = PostgresAddress.Parse(_address);
        using (NpgsqlConnection connection = new(address.Connection))
        {
            connection.Open();
#pragma warning disable CA2100 // A schema is letters, digits and underscores.
            using NpgsqlCommand command = new($"UPDATE \"{address.Schema}\".facts SET value = '99' WHERE name = 'format'", connection);
#pragma warning restore CA2100
            command.ExecuteNonQuery();
        }

        Assert.Contains("update Akin", Assert.Throws<IndexFormatException>(() => PostgresVectorStore.Open(_address)).Message);
        PostgresStoreException unreachable = Assert.Throws<PostgresStoreException>(() => PostgresVectorStore.Open($"postgresql://me:secret@localhost/x?host={_folder}"));
        Assert.DoesNotContain("secret", unreachable.Message);
    }

    [PostgresTheory]
    [InlineData("postgresql://localhost/db?colour=red", "'colour'")]
    [InlineData("postgresql://localhost/db?schema=a;b", "'a;b'")]
    [InlineData("postgresql://localhost/db?sslmode=perhaps", "'perhaps'")]
    [InlineData("mysql://localhost/db", "no address")]
    public void Parse_OfABadAddress_NamesThePart(string address, string finding) =>
        Assert.Contains(finding, Assert.Throws<PostgresStoreException>(() => PostgresAddress.Parse(address)).Message);

    [PostgresFact]
    public void Parse_OfAnAddress_KeepsThePasswordToItself()
    {
        PostgresAddress address = PostgresAddress.Parse("postgres://me:s%40crt@db.example:5433/corpora?schema=news_2026&sslmode=require");
        NpgsqlConnectionStringBuilder connection = new(address.Connection);
        Assert.Equal(("db.example", 5433, "corpora", "me", "s@crt", SslMode.Require), (connection.Host, connection.Port, connection.Database, connection.Username, connection.Password, connection.SslMode));
        Assert.Equal("postgresql://db.example/corpora?schema=news_2026", address.Place);
        Assert.Equal("akin", PostgresAddress.Parse("postgresql:///db?host=/run/postgresql").Schema);
    }

    private void CompareWithFolder(VectorMetric metric, bool useExtension, VectorIndexKind kind)
    {
        IndexFacts facts = new("m", Dimension) { Metric = metric };
        using PostgresVectorStore store = PostgresVectorStore.OpenOrCreate(_address, facts, new PostgresStoreOptions { UseExtension = useExtension, Vectors = new VectorIndexSettings { Kind = kind } });
        Assert.Equal(!(useExtension && ServerHasExtension()), store.HasPlainArrays);
        using FolderVectorStore folder = new(Path.Combine(_folder, "index.akin"), facts);
        Random random = new((int)metric);
        for (int round = 0; round < 3; round++)
        {
            DocumentVector[] batch = [.. Enumerable.Range(0, 60).Select(_ => Entry("d" + random.Next(100), random.Next(10_000)))];
            string[] gone = [.. Enumerable.Range(0, 10).Select(_ => "d" + random.Next(100)).Distinct()];
            foreach (IVectorStore each in new IVectorStore[] { store, folder })
            {
                each.Upsert(batch);
                each.Upsert([]);
            }

            Assert.Equal(folder.Delete(gone), store.Delete(gone));
            Assert.Equal(folder.AreStored([.. batch.Select(entry => entry.Document)]), store.AreStored([.. batch.Select(entry => entry.Document)]));
            store.Publish();
            float[][] queries = [.. Enumerable.Range(0, 5).Select(i => Entry("q", round * 10 + i).Vector.ToArray())];
            foreach (SearchOptions options in new SearchOptions[]
            {
                new VectorSearchOptions { EfSearch = 200 },
                new() { Offset = 4 },
                new() { Filter = DocumentFilter.Parse("""{"n": {"$gte": 5000}}"""), Offset = 1 },
            })
            {
                AssertSame(folder.SearchVectors(queries, 7, options), store.SearchVectors(queries, 7, options));
                AssertSame(folder.SearchWords(Words, 7, options), store.SearchWords(Words, 7, options));
            }

            Assert.Equal(folder.Info().Documents, store.Info().Documents);
        }

        Assert.Equal(folder.Get("d1"), store.Get("d1"));
        Assert.Null(store.Get("none"));
        Assert.Empty(store.SearchWords(["nothing of this"], 3)[0]);
        Assert.True(store.Info().SizeBytes > 0);
    }

    private static void AssertSame(IReadOnlyList<SearchHit>[] expected, IReadOnlyList<SearchHit>[] actual, bool areTiesOrdered = true)
    {
        Assert.Equal(expected.Length, actual.Length);
        foreach ((IReadOnlyList<SearchHit> right, IReadOnlyList<SearchHit> found) in expected.Zip(actual))
        {
            Assert.Equal(right.Count, found.Count);
            for (int i = 0; i < right.Count; i++)
            {
                Assert.Equal(right[i].Score, found[i].Score, Tolerance);
                // Where two scores are the same but for rounding, either may come first.
                bool isTied = right.Where((_, other) => other != i).Any(other => Math.Abs(other.Score - right[i].Score) < Tolerance);
                Assert.True(right[i].Document == found[i].Document || isTied || (!areTiesOrdered && i == right.Count - 1), $"{right[i]} is {found[i]}");
            }
        }
    }

    private static bool ServerHasExtension()
    {
        using NpgsqlConnection connection = new(PostgresAddress.Parse(PostgresServer.Address).Connection);
        connection.Open();
        using NpgsqlCommand command = new("SELECT count(*) FROM pg_available_extensions WHERE name = 'vector'", connection);
        return (long)command.ExecuteScalar()! > 0;
    }

    private PostgresVectorStore Open() => PostgresVectorStore.OpenOrCreate(_address, new IndexFacts("m", Dimension), new PostgresStoreOptions { UseExtension = false });

    private static DocumentVector Entry(string id, int number)
    {
        Random random = new(number);
        return new DocumentVector(
            new Document(id, string.Join(' ', Enumerable.Range(0, 1 + random.Next(12)).Select(_ => Words[random.Next(Words.Length)])))
            {
                Title = number % 3 == 0 ? null : $"title {Words[number % Words.Length]}",
                Metadata = number % 5 == 0 ? null : $$"""{"n": {{number}},  "tags": ["x", "한"]}""",
            },
            Enumerable.Range(0, Dimension).Select(_ => random.NextSingle() - 0.5f).ToArray());
    }

    /// <summary>A text is its length and its first letter.</summary>
    private sealed class LengthEncoder : IEncoder
    {
        public string ModelName => "lengths";

        public int Dimension => 2;

        public float[][] Encode(IReadOnlyList<string> texts, CancellationToken cancellationToken) =>
            [.. texts.Select(text => new float[] { text.EndsWith("other", StringComparison.Ordinal) ? 50 : 1, text.Length })];
    }
}
