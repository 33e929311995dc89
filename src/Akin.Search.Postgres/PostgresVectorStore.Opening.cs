using System.Data;
using Akin.Kernels;
using Npgsql;

namespace Akin.Search.Postgres;

public sealed partial class PostgresVectorStore
{
    private const string FormatFact = "format", ModelFact = "model", FingerprintFact = "model_fingerprint", DimensionFact = "dimension", MetricFact = "metric";
    private const string VectorsFact = "vectors", ArraysValue = "arrays", ExtensionValue = "pgvector";
    private const string KindFact = "vector_kind", LinksFact = "graph_m", EfConstructionFact = "graph_ef_construction";

    // pgvector's own bound for its vector type in an index, and the first version with graphs.
    private const int LargestGraphDimension = 2000;
    private static readonly Version FirstWithGraphs = new(0, 5);

    private bool HasGraph => !_hasArrays && _settings.Kind == VectorIndexKind.Hnsw && _extension >= FirstWithGraphs && Facts.Dimension <= LargestGraphDimension;

    private string Operator => Facts.Metric switch
    {
        VectorMetric.Cosine => "<=>",
        VectorMetric.Dot => "<#>",
        _ => "<->",
    };

    private string OperatorClass => Facts.Metric switch
    {
        VectorMetric.Cosine => "vector_cosine_ops",
        VectorMetric.Dot => "vector_ip_ops",
        _ => "vector_l2_ops",
    };

    /// <summary>Opens an index.</summary>
    /// <param name="address">The address, see <see cref="PostgresAddress"/>.</param>
    /// <param name="pool">The threads that analyse documents and scan arrays; <see cref="WorkerPool.Shared"/> when null.</param>
    /// <exception cref="IndexNotFoundException">There is no index of this schema.</exception>
    /// <exception cref="IndexFormatException">It was written in another format version.</exception>
    /// <exception cref="PostgresStoreException">The server cannot be reached, or refuses.</exception>
    public static PostgresVectorStore Open(string address, WorkerPool? pool = null) => Connect(PostgresAddress.Parse(address), facts: null, PostgresStoreOptions.Default, pool);

    /// <summary>Opens an index, or creates it.</summary>
    /// <param name="address">The address, see <see cref="PostgresAddress"/>.</param>
    /// <param name="facts">What a new index is made of; one that is there must agree in model, dimension and metric.</param>
    /// <param name="options">How a new one keeps its vectors; <see cref="PostgresStoreOptions.Default"/> when null.</param>
    /// <param name="pool">The threads that analyse documents and scan arrays; <see cref="WorkerPool.Shared"/> when null.</param>
    /// <exception cref="IndexModelException">The index was made with another model or compares vectors in another way.</exception>
    /// <exception cref="IndexFormatException">It was written in another format version.</exception>
    /// <exception cref="PostgresStoreException">The server cannot be reached, or refuses.</exception>
    public static PostgresVectorStore OpenOrCreate(string address, IndexFacts facts, PostgresStoreOptions? options = null, WorkerPool? pool = null)
    {
        ArgumentNullException.ThrowIfNull(facts);
        ArgumentException.ThrowIfNullOrEmpty(facts.Model);
        ArgumentOutOfRangeException.ThrowIfLessThan(facts.Dimension, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(facts.Dimension, IndexFacts.MaxDimension);
        return Connect(PostgresAddress.Parse(address), facts, options ?? PostgresStoreOptions.Default, pool);
    }

    private static PostgresVectorStore Connect(PostgresAddress address, IndexFacts? facts, PostgresStoreOptions options, WorkerPool? pool)
    {
        NpgsqlSlimDataSourceBuilder builder = new(address.Connection);
        builder.EnableArrays();
        builder.EnableTransportSecurity();
        NpgsqlDataSource source = builder.Build();
        try
        {
            return Translated(
                () =>
                {
                    using PostgresSession session = new(source, address, IsolationLevel.ReadCommitted, CancellationToken.None);
                    // One creates, the others wait and find it.
                    session.Execute("SELECT pg_advisory_xact_lock(hashtext('akin ' || $1))", address.Schema);
                    if (session.Scalar("SELECT to_regclass($1)::text", $"\"{address.Schema}\".facts") is null)
                    {
                        Create(session, address, facts ?? throw new IndexNotFoundException(address.Place, "there is no such schema with an index in it."), options);
                    }

                    Dictionary<string, string> stored = [];
                    session.Read(session.Command("SELECT name, value FROM {s}.facts"), row => stored.TryAdd(row.GetString(0), row.GetString(1)));
                    int version = int.TryParse(stored.GetValueOrDefault(FormatFact), out int number) ? number : 0;
                    if (version != PostgresSchema.FormatVersion)
                    {
                        throw new IndexFormatException(address.Place, version, PostgresSchema.FormatVersion);
                    }

                    PostgresVectorStore store = new(source, address, pool ?? WorkerPool.Shared, stored, ExtensionOf(session));
                    if (facts is not null)
                    {
                        store.Facts.Require(facts, address.Place);
                    }

                    session.Commit();
                    return store;
                },
                address.Place,
                CancellationToken.None);
        }
        catch
        {
            source.Dispose();
            throw;
        }
    }

    private static void Create(PostgresSession session, PostgresAddress address, IndexFacts facts, PostgresStoreOptions options)
    {
        bool hasExtension = options.UseExtension && HasExtension(session);
        session.Execute("CREATE SCHEMA IF NOT EXISTS {s}");
        session.Execute(PostgresSchema.Tables.Replace("{v}", hasExtension ? $"vector({facts.Dimension})" : "real[]", StringComparison.Ordinal));
        (string, string?)[] all =
        [
            (FormatFact, $"{PostgresSchema.FormatVersion}"), (ModelFact, facts.Model), (FingerprintFact, facts.ModelFingerprint), (DimensionFact, $"{facts.Dimension}"),
            (MetricFact, facts.Metric.ToString()), (VectorsFact, hasExtension ? ExtensionValue : ArraysValue), (KindFact, options.Vectors.Kind.ToString()),
            (LinksFact, $"{options.Vectors.M}"), (EfConstructionFact, $"{options.Vectors.EfConstruction}"),
        ];
        foreach ((string name, string? value) in all)
        {
            if (value is not null)
            {
                session.Execute("INSERT INTO {s}.facts VALUES ($1, $2)", name, value);
            }
        }
    }

    /// <summary>Whether the database has the extension, or may have it by asking.</summary>
    private static bool HasExtension(PostgresSession session)
    {
        if (ExtensionOf(session) is not null)
        {
            return true;
        }

        if (session.Scalar("SELECT name::text FROM pg_available_extensions WHERE name = 'vector'") is null)
        {
            return false;
        }

        try
        {
            session.Execute("SAVEPOINT extension");
            session.Execute("CREATE EXTENSION vector");
            return true;
        }
        catch (PostgresException error) when (error.SqlState is PostgresErrorCodes.InsufficientPrivilege or PostgresErrorCodes.UndefinedFile
            or PostgresErrorCodes.UniqueViolation or PostgresErrorCodes.DuplicateObject)
        {
            // Not allowed, or another was first.
            session.Execute("ROLLBACK TO SAVEPOINT extension");
            return ExtensionOf(session) is not null;
        }
    }

    private static Version? ExtensionOf(PostgresSession session) =>
        session.Scalar("SELECT extversion FROM pg_extension WHERE extname = 'vector'") is string words && Version.TryParse(words, out Version? version) ? version : null;

    private IndexFacts FactsOf(Dictionary<string, string> facts) => new(Fact(facts, ModelFact), int.Parse(Fact(facts, DimensionFact)))
    {
        ModelFingerprint = facts.GetValueOrDefault(FingerprintFact),
        Metric = Enum.Parse<VectorMetric>(Fact(facts, MetricFact)),
    };

    private string Fact(Dictionary<string, string> facts, string name) =>
        facts.TryGetValue(name, out string? value) ? value : throw new IndexCorruptException(Place, $"the fact '{name}' is missing");
}
