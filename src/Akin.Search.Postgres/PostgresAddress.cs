using Npgsql;

namespace Akin.Search.Postgres;

/// <summary>
/// Where an index is: <c>postgresql://user:password@host:5432/database?schema=corpus</c>, as PostgreSQL's own programs write it (<c>postgres://</c> too), and the schema that holds the tables,
/// <c>akin</c> unless said otherwise. <c>?host=/run/postgresql</c> names the folder of a socket.
/// </summary>
public sealed class PostgresAddress
{
    private const string DefaultSchema = "akin";
    private const int LongestSchema = 63;

    private static readonly string[] Schemes = ["postgresql://", "postgres://"];

    private PostgresAddress(string connection, string schema, string place) => (Connection, Schema, Place) = (connection, schema, place);

    /// <summary>Where the index is, without the password.</summary>
    public string Place { get; }

    /// <summary>What Npgsql connects by.</summary>
    internal string Connection { get; }

    /// <summary>The schema: letters, digits and underscores, so that it can stand in a statement.</summary>
    internal string Schema { get; }

    /// <summary>Whether a text is such an address, rather than a folder.</summary>
    /// <param name="text">The text.</param>
    public static bool IsOne(string text) => Array.Exists(Schemes, scheme => text.StartsWith(scheme, StringComparison.OrdinalIgnoreCase));

    /// <summary>Reads an address.</summary>
    /// <param name="text">The address.</param>
    /// <exception cref="PostgresStoreException">It is none, or has a part that is not known.</exception>
    public static PostgresAddress Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        // A host may be left out where a socket is named: .NET wants one.
        string filled = Schemes.Aggregate(text, (whole, scheme) => whole.Replace(scheme + "/", scheme + "localhost/", StringComparison.OrdinalIgnoreCase));
        if (!IsOne(text) || !Uri.TryCreate(filled, UriKind.Absolute, out Uri? uri))
        {
            throw new PostgresStoreException(text, "this is no address of a database, such as postgresql://user@host:5432/database?schema=corpus");
        }

        string[] user = [.. uri.UserInfo.Split(':', 2).Select(Uri.UnescapeDataString)];
        NpgsqlConnectionStringBuilder connection = new()
        {
            Host = uri.Host,
            Port = uri.Port > 0 ? uri.Port : NpgsqlConnection.DefaultPort,
            Database = uri.AbsolutePath.Length > 1 ? Uri.UnescapeDataString(uri.AbsolutePath[1..]) : null,
            Username = user[0].Length > 0 ? user[0] : null,
            Password = user.Length > 1 ? user[1] : null,
            ApplicationName = "akin",
            // Long work is stopped by the caller, not by a clock.
            CommandTimeout = 0,
        };
        string schema = DefaultSchema;
        foreach (string[] part in uri.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries).Select(part => part.Split('=', 2)))
        {
            string value = Uri.UnescapeDataString(part.Length > 1 ? part[1] : "");
            switch (part[0])
            {
                case "schema":
                    schema = value;
                    break;
                case "host":
                    connection.Host = value;
                    break;
                case "user":
                    connection.Username = value;
                    break;
                case "sslmode":
                    connection.SslMode = Enum.TryParse(value.Replace("-", "", StringComparison.Ordinal), ignoreCase: true, out SslMode mode)
                        ? mode
                        : throw new PostgresStoreException(uri.Host, $"sslmode '{value}' is not known: there are {string.Join(", ", Enum.GetNames<SslMode>()).ToLowerInvariant()}");
                    break;
                default:
                    throw new PostgresStoreException(uri.Host, $"'{part[0]}' in the address is not known: there are schema, host, user and sslmode");
            }
        }

        if (schema.Length is 0 or > LongestSchema || !schema.All(static letter => letter is (>= 'a' and <= 'z') or (>= '0' and <= '9') or '_'))
        {
            throw new PostgresStoreException(uri.Host, $"the schema '{schema}' is not made of 1 to {LongestSchema} letters a-z, digits and underscores");
        }

        return new PostgresAddress(connection.ConnectionString, schema, $"postgresql://{connection.Host}/{connection.Database}?schema={schema}");
    }
}
