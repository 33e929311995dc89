namespace Akin.Datasets.Columns;

/// <summary>Collects rows into batches.</summary>
internal sealed class BatchBuilder(Features features)
{
    /// <summary>A batch is handed out when it holds this many rows or bytes: small enough that a window of batches fits in little memory.</summary>
    public const int MaximumRows = 10_000;

    private const long MaximumBytes = 8 << 20;

    private readonly ColumnBuilder[] _columns = [.. features.Values.Select(ColumnBuilder.Create)];

    public Features Features => features;

    public int Length { get; private set; }

    public bool IsFull => Length >= MaximumRows || (Length % 64 == 0 && Length > 0 && _columns.Sum(column => column.ByteCount) >= MaximumBytes);

    /// <summary>Adds a row.</summary>
    /// <param name="values">A value per feature.</param>
    /// <param name="where">Names the row in errors.</param>
    public void Add(ReadOnlySpan<object?> values, Func<string> where)
    {
        for (int place = 0; place < _columns.Length; place++)
        {
            Append(place, values[place], where);
        }

        Length++;
    }

    /// <summary>Adds a row by name; a column that is not named is null.</summary>
    public void Add(IReadOnlyDictionary<string, object?> row, Func<string> where)
    {
        foreach (string name in row.Keys)
        {
            if (!features.ContainsKey(name))
            {
                throw new DatasetException($"{where()}: column '{name}' is not one of {string.Join(", ", features.Keys.Select(key => $"'{key}'"))}.");
            }
        }

        for (int place = 0; place < _columns.Length; place++)
        {
            Append(place, row.GetValueOrDefault(features.At(place).Key), where);
        }

        Length++;
    }

    public RecordBatch Take()
    {
        RecordBatch batch = new(features, [.. _columns.Select(column => column.Take())], Length);
        Length = 0;
        return batch;
    }

    private void Append(int place, object? value, Func<string> where)
    {
        try
        {
            _columns[place].Append(value);
        }
        catch (DatasetException exception)
        {
            throw new DatasetException($"{where()}, column '{features.At(place).Key}': {exception.Message}", exception);
        }
    }
}
