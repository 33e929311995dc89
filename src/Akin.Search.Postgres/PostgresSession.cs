using Npgsql;

namespace Akin.Search.Postgres;

/// <summary>One transaction on a connection of its own, with the errors of the store instead of the client's.</summary>
internal sealed class PostgresSession : IDisposable
{
    private readonly PostgresAddress _address;
    private readonly NpgsqlConnection _connection;
    private readonly NpgsqlTransaction _transaction;
    private readonly CancellationToken _cancellationToken;

    public PostgresSession(NpgsqlDataSource source, PostgresAddress address, System.Data.IsolationLevel isolation, CancellationToken cancellationToken)
    {
        _address = address;
        _cancellationToken = cancellationToken;
        _connection = source.OpenConnection();
        try
        {
            _transaction = _connection.BeginTransaction(isolation);
        }
        catch
        {
            _connection.Dispose();
            throw;
        }
    }

    public NpgsqlConnection Connection => _connection;

    /// <summary>A command; <c>{s}</c> in it is the schema.</summary>
    public NpgsqlCommand Command(string sql, params ReadOnlySpan<object> parameters)
    {
#pragma warning disable CA2100 // Every statement is a constant of this assembly, and a schema is letters, digits and underscores; values go in as parameters.
        NpgsqlCommand command = new(sql.Replace("{s}", $"\"{_address.Schema}\"", StringComparison.Ordinal), _connection, _transaction);
#pragma warning restore CA2100
        foreach (object parameter in parameters)
        {
            command.Parameters.Add(new NpgsqlParameter { Value = parameter });
        }

        return command;
    }

    public int Execute(string sql, params ReadOnlySpan<object> parameters)
    {
        using NpgsqlCommand command = Command(sql, parameters);
        using CancellationTokenRegistration stop = StopOn(command);
        return command.ExecuteNonQuery();
    }

    public object? Scalar(string sql, params ReadOnlySpan<object> parameters)
    {
        using NpgsqlCommand command = Command(sql, parameters);
        using CancellationTokenRegistration stop = StopOn(command);
        return command.ExecuteScalar() is { } value and not DBNull ? value : null;
    }

    /// <summary>Reads rows until there are no more or <paramref name="receive"/> wants none.</summary>
    public void Read(NpgsqlCommand command, Func<NpgsqlDataReader, bool> receive)
    {
        using (command)
        {
            using CancellationTokenRegistration stop = StopOn(command);
            using NpgsqlDataReader reader = command.ExecuteReader();
            while (reader.Read())
            {
                _cancellationToken.ThrowIfCancellationRequested();
                if (!receive(reader))
                {
                    command.Cancel();
                    return;
                }
            }
        }
    }

    public void Commit() => _transaction.Commit();

    public void Dispose()
    {
        _transaction.Dispose();
        _connection.Dispose();
    }

    private CancellationTokenRegistration StopOn(NpgsqlCommand command) => _cancellationToken.Register(command.Cancel);
}
