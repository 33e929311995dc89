using Akin.Datasets.Arrow;
using Akin.Datasets.Columns;

namespace Akin.Datasets.Loading;

/// <summary>Arrow IPC files: the values stay in the mapped file.</summary>
internal sealed class ArrowFormat : FileFormat
{
    public override Features Infer(DataFile file, LoadDatasetOptions options, CancellationToken cancellationToken) => Open(file).Features;

    public override IEnumerable<RecordBatch> Read(DataFile file, Features features, LoadDatasetOptions options, CancellationToken cancellationToken)
    {
        Table table = Open(file);
        return table.Features.Equals(features) ? table.Batches : new Dataset(table, "").Cast(features).Table.Batches;
    }

    private static Table Open(DataFile file) => file.ZipEntry is null
        ? ArrowFile.Read(file.Path)
        : throw new DatasetException($"'{file.Name}': Arrow files inside a zip file are not read; unpack it.");
}
