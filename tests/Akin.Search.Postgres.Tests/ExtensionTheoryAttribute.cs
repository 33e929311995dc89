using Npgsql;

namespace Akin.Search.Postgres.Tests;

/// <summary>A theory that needs the extension pgvector: skipped, with the reason shown, where the server has none.</summary>
internal sealed class ExtensionTheoryAttribute : TheoryAttribute
{
    private static readonly Lazy<string?> Missing = new(() =>
    {
        using NpgsqlConnection connection = new(PostgresAddress.Parse(PostgresServer.Address).Connection);
        connection.Open();
        using NpgsqlCommand command = new("SELECT count(*) FROM pg_available_extensions WHERE name = 'vector'", connection);
        return (long)command.ExecuteScalar()! > 0 ? null : "Needs the extension pgvector, which the server does not have.";
    });

    public ExtensionTheoryAttribute() => Skip = Missing.Value;
}
