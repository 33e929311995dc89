using Akin.Kernels;
using Akin.Search.Filters;
using Akin.Search.Lexical;
using Npgsql;

namespace Akin.Search.Postgres;

public sealed partial class PostgresVectorStore
{
    // Vectors that are compared at once where they come as arrays.
    private const int BlockRows = 1024;

    // The most that pgvector lets a walk keep.
    private const int LargestEfSearch = 1000;

    /// <inheritdoc/>
    public IReadOnlyList<SearchHit>[] SearchVectors(
        IReadOnlyList<float[]> queries, int count, SearchOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(queries);
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        options ??= VectorSearchOptions.Default;
        ArgumentOutOfRangeException.ThrowIfNegative(options.Offset, nameof(options));
        for (int i = 0; i < queries.Count; i++)
        {
            if (queries[i].Length != Facts.Dimension || !Array.TrueForAll(queries[i], float.IsFinite))
            {
                throw new ArgumentException($"Query {i} has {queries[i].Length} floats, and must be {Facts.Dimension} finite ones.", nameof(queries));
            }
        }

        return Read(
            session => _hasArrays
                ? ScanArrays(session, queries, count, options)
                : [.. queries.Select(query => SearchExtension(session, query, count, options))],
            cancellationToken);
    }

    /// <inheritdoc/>
    public IReadOnlyList<SearchHit>[] SearchWords(
        IReadOnlyList<string> texts, int count, SearchOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(texts);
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        options ??= new SearchOptions();
        ArgumentOutOfRangeException.ThrowIfNegative(options.Offset, nameof(options));
        return Read(session => (IReadOnlyList<SearchHit>[])[.. texts.Select(text => SearchWords(session, text, count, options))], cancellationToken);
    }

    private static List<SearchHit> SearchWords(PostgresSession session, string text, int count, SearchOptions options)
    {
        Dictionary<string, int> terms = DocumentTerms.OfQuery(text);
        if (terms.Count == 0)
        {
            return [];
        }

        Bm25Options formula = new LexicalOptions().Scoring;
        Hits hits = new(count, options);
        string limit = options.Filter is null ? $" LIMIT {hits.Reach}" : "";
        session.Read(
            session.Command(
                $"SELECT {PostgresSchema.Columns}, found.score FROM ({PostgresSchema.Words}{limit}) found JOIN {{s}}.documents USING (row) ORDER BY found.score DESC, row",
                terms.Keys.ToArray(), terms.Values.Select(times => (double)times).ToArray(), formula.K1, formula.B),
            row => hits.Take(DocumentOf(row), (float)row.GetDouble(5)));
        return hits.Found;
    }

    private List<SearchHit> SearchExtension(PostgresSession session, float[] query, int count, SearchOptions options)
    {
        Hits hits = new(count, options);
        if (HasGraph)
        {
            int ef = Math.Clamp(Math.Max((options as VectorSearchOptions ?? VectorSearchOptions.Default).EfSearch, hits.Reach), 1, LargestEfSearch);
            session.Execute($"SET LOCAL hnsw.ef_search = {ef}");
        }

        // A walk ends after so many rows, whether they fulfil a condition or not, and finds no more than it keeps: then all are compared.
        bool isExact = options.Filter is not null || hits.Reach > LargestEfSearch;
        session.Execute($"SET LOCAL enable_indexscan = {(isExact ? "off" : "on")}");
        string limit = options.Filter is null ? $" LIMIT {hits.Reach}" : "";
        session.Read(
            session.Command($"SELECT {PostgresSchema.Columns}, vector {Operator} $1::real[]::vector AS distance FROM {{s}}.documents ORDER BY vector {Operator} $1::real[]::vector{limit}", query),
            row => hits.Take(DocumentOf(row), ScoreOf(row.GetDouble(5))));
        return hits.Found;
    }

    // A cosine with a vector of length 0 is no number there, and 0 here.
    private float ScoreOf(double distance) => Facts.Metric == VectorMetric.Cosine ? (double.IsNaN(distance) ? 0 : (float)(1 - distance)) : (float)-distance;

    /// <summary>Reads every vector and compares it with all queries; exact, and as slow as it sounds.</summary>
    private IReadOnlyList<SearchHit>[] ScanArrays(PostgresSession session, IReadOnlyList<float[]> queries, int count, SearchOptions options)
    {
        int dimension = Facts.Dimension, reach = (int)Math.Min((long)count + options.Offset, Array.MaxLength);
        float[] all = [.. queries.SelectMany(query => query)], block = new float[BlockRows * dimension], scores = new float[queries.Count * BlockRows];
        List<long> rows = new(BlockRows);
        // The worst of the best is taken out first: lower scores, and of equal ones later rows.
        PriorityQueue<long, (float Score, long Order)>[] best = [.. queries.Select(_ => new PriorityQueue<long, (float, long)>())];
        session.Read(
            session.Command(options.Filter is null ? "SELECT row, vector FROM {s}.documents" : $"SELECT row, vector, {PostgresSchema.Columns} FROM {{s}}.documents"),
            row =>
            {
                if (options.Filter is { } filter && !filter.Matches(Shifted(row)))
                {
                    return true;
                }

                float[] vector = row.GetFieldValue<float[]>(1);
                if (vector.Length != dimension)
                {
                    throw new IndexCorruptException(Place, $"the vector of row {row.GetInt64(0)} has {vector.Length} floats, not {dimension}");
                }

                vector.CopyTo(block, rows.Count * dimension);
                rows.Add(row.GetInt64(0));
                if (rows.Count == BlockRows)
                {
                    Compare();
                }

                return true;
            });
        Compare();

        Dictionary<long, Document> documents = [];
        long[] wanted = [.. best.SelectMany(heap => heap.UnorderedItems.Select(item => item.Element)).Distinct()];
        session.Read(session.Command($"SELECT {PostgresSchema.Columns} FROM {{s}}.documents WHERE row = ANY($1)", wanted), row => documents.TryAdd(row.GetInt64(4), DocumentOf(row)));
        return [.. best.Select(heap => (IReadOnlyList<SearchHit>)[.. heap.UnorderedItems
            .OrderByDescending(item => item.Priority)
            .Skip(options.Offset)
            .Select(item => new SearchHit(documents[item.Element], item.Priority.Score))])];

        void Compare()
        {
            if (rows.Count == 0)
            {
                return;
            }

            Span<float> compared = scores.AsSpan(0, queries.Count * rows.Count);
            Distances.Scores(Facts.Metric, all, dimension, block.AsSpan(0, rows.Count * dimension), compared, _pool);
            for (int q = 0; q < best.Length; q++)
            {
                for (int i = 0; i < rows.Count; i++)
                {
                    best[q].Enqueue(rows[i], (compared[q * rows.Count + i], -rows[i]));
                    if (best[q].Count > reach)
                    {
                        best[q].Dequeue();
                    }
                }
            }

            rows.Clear();
        }
    }

    /// <summary>The document of a line that has row and vector before it.</summary>
    private static Document Shifted(NpgsqlDataReader row) => new(row.GetString(2), row.GetString(4))
    {
        Title = row.IsDBNull(3) ? null : row.GetString(3),
        Metadata = row.IsDBNull(5) ? null : row.GetString(5),
    };

    /// <summary>Gathers hits that come best first, until the page is full.</summary>
    private sealed class Hits(int count, SearchOptions options)
    {
        private readonly DocumentFilter? _filter = options.Filter;
        private int _passed;

        public List<SearchHit> Found { get; } = [];

        /// <summary>How many are needed so that the page is full.</summary>
        public int Reach { get; } = (int)Math.Min((long)count + options.Offset, int.MaxValue);

        /// <summary>Takes one; false when there are enough.</summary>
        public bool Take(Document document, float score)
        {
            if (_filter is null || _filter.Matches(document))
            {
                if (_passed++ >= options.Offset)
                {
                    Found.Add(new SearchHit(document, score));
                }
            }

            return Found.Count < count;
        }
    }
}
