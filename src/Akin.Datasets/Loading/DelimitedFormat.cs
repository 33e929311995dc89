using Akin.Datasets.Columns;

namespace Akin.Datasets.Loading;

/// <summary>.csv and .tsv: types are told from all cells of the file, by the spellings pandas knows.</summary>
internal sealed class DelimitedFormat : FileFormat
{
    public override Features Infer(DataFile file, LoadDatasetOptions options, CancellationToken cancellationToken)
    {
        using DelimitedParser parser = Open(file, options, out string[] header, out string[]? first);
        CellTypes[] columns = new CellTypes[header.Length];
        Array.Fill(columns, CellTypes.Any);
        CellReader reader = new(options.Delimited);
        for (string[]? cells = first ?? parser.Next(); cells is not null; cells = Next(parser, file, header, cancellationToken))
        {
            Check(cells, header, parser, file);
            for (int place = 0; place < cells.Length; place++)
            {
                columns[place] &= reader.TypesOf(cells[place], columns[place]);
            }
        }

        return new Features(header.Select((name, place) => KeyValuePair.Create(name, CellReader.Feature(columns[place]))));
    }

    public override IEnumerable<RecordBatch> Read(DataFile file, Features features, LoadDatasetOptions options, CancellationToken cancellationToken)
    {
        using DelimitedParser parser = Open(file, options, out string[] header, out string[]? first);
        CellReader reader = new(options.Delimited);
        int[] places = [.. features.Keys.Select(name => Array.IndexOf(header, name))];
        if (options.Features is not null && Array.IndexOf(places, -1) is var missing and >= 0)
        {
            throw new DataFormatException(
                file.Name, 1, $"there is no column '{features.At(missing).Key}'; the header names {string.Join(", ", header.Select(name => $"'{name}'"))}.");
        }

        BatchBuilder builder = new(features);
        object?[] values = new object?[features.Count];
        bool any = false;
        for (string[]? cells = first ?? parser.Next(); cells is not null; cells = Next(parser, file, header, cancellationToken))
        {
            Check(cells, header, parser, file);
            any = true;
            for (int place = 0; place < values.Length; place++)
            {
                try
                {
                    values[place] = places[place] < 0 ? null : reader.Read(cells[places[place]], features.At(place).Value);
                }
                catch (DatasetException exception)
                {
                    throw new DataFormatException(file.Name, parser.RowLine, $"column '{features.At(place).Key}': {exception.Message}", exception);
                }
            }

            try
            {
                builder.Add(values, () => "the row");
            }
            catch (DatasetException exception)
            {
                throw new DataFormatException(file.Name, parser.RowLine, exception.Message, exception);
            }

            if (builder.IsFull)
            {
                yield return builder.Take();
            }
        }

        if (!any)
        {
            throw new DataFormatException(file.Name, 0, $"there is no row below the header ({string.Join(", ", header)}).");
        }

        yield return builder.Take();
    }

    private static DelimitedParser Open(DataFile file, LoadDatasetOptions options, out string[] header, out string[]? first)
    {
        DelimitedParser parser = new(file.OpenText(options), file.FormatName, options.Delimited);
        try
        {
            string[] row = parser.Next() ?? throw new DataFormatException(file.Name, 0, "the file is empty: it holds no text.");
            first = options.Delimited.HasHeader ? null : row;
            header = options.Delimited.HasHeader
                ? [.. row.Select((name, place) => name.Length == 0 ? $"Unnamed: {place}" : name)]
                : [.. options.Delimited.ColumnNames ?? row.Select((_, place) => place.ToString())];
            if (header.GroupBy(column => column).FirstOrDefault(group => group.Count() > 1) is { } twice)
            {
                throw new DataFormatException(file.Name, parser.RowLine, $"the header names column '{twice.Key}' twice; give each column its own name.");
            }

            return parser;
        }
        catch
        {
            parser.Dispose();
            throw;
        }
    }

    private static string[]? Next(DelimitedParser parser, DataFile file, string[] header, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return parser.Next();
    }

    private static void Check(string[] cells, string[] header, DelimitedParser parser, DataFile file)
    {
        if (cells.Length != header.Length)
        {
            throw new DataFormatException(
                file.Name, parser.RowLine, $"the row has {cells.Length} cells, the header {header.Length}; quote cells that hold the delimiter.");
        }
    }
}
