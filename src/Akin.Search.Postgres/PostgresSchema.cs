namespace Akin.Search.Postgres;

/// <summary>The tables of a store.</summary>
/// <remarks>
/// Each has a key that a sharded table can have too (Citus): documents by identifier, postings by row. A row number is given once; replacing a document removes its row and adds another.
/// What BM25 needs to know of all documents is the sum of <c>statistics</c>: every transaction adds a line of its own, so that writers do not wait for each other.
/// </remarks>
internal static class PostgresSchema
{
    public const int FormatVersion = 1;

    /// <summary>Names in a statement: <c>{s}</c> is the schema, <c>{v}</c> the type of vectors.</summary>
    public const string Tables = """
        CREATE TABLE {s}.facts (name text PRIMARY KEY, value text NOT NULL);
        CREATE SEQUENCE {s}.rows;
        CREATE TABLE {s}.documents (
            id text PRIMARY KEY,
            row bigint NOT NULL,
            title text,
            text text NOT NULL,
            metadata text,
            content_hash bytea NOT NULL,
            length integer NOT NULL,
            vector {v} NOT NULL);
        CREATE INDEX documents_row ON {s}.documents (row);
        CREATE TABLE {s}.postings (row bigint NOT NULL, term text COLLATE "C" NOT NULL, frequency integer NOT NULL, length integer NOT NULL, PRIMARY KEY (row, term));
        CREATE INDEX postings_term ON {s}.postings (term) INCLUDE (row, frequency, length);
        CREATE TABLE {s}.statistics (documents bigint NOT NULL, length bigint NOT NULL);
        """;

    public const string Columns = "id, title, text, metadata, row";

    /// <summary>BM25 in Lucene's form with exact lengths: for each term of the query ($1) its count there ($2), k₁ ($3), b ($4), how many are wanted ($5).</summary>
    public const string Words = """
        WITH collection AS (
                SELECT sum(documents)::float8 AS count, sum(length)::float8 / nullif(sum(documents), 0) AS mean FROM {s}.statistics),
            query AS (
                SELECT q.term, q.times * ln(1 + (c.count - f.count + 0.5) / (f.count + 0.5)) AS weight
                FROM unnest($1::text[], $2::float8[]) AS q (term, times), collection c,
                    LATERAL (SELECT count(*)::float8 AS count FROM {s}.postings p WHERE p.term = q.term) f
                WHERE f.count > 0)
        SELECT p.row, sum(q.weight * p.frequency / (p.frequency + $3 * (1 - $4 + $4 * p.length / c.mean))) AS score
        FROM query q JOIN {s}.postings p ON p.term = q.term, collection c
        GROUP BY p.row ORDER BY score DESC, p.row
        """;
}
