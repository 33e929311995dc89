using Akin.Datasets.Columns;
using Akin.Datasets.Parquet;

namespace Akin.Datasets.Loading;

/// <summary>Parquet files.</summary>
internal sealed class ParquetFormat : FileFormat
{
    public override Features Infer(DataFile file, LoadDatasetOptions options, CancellationToken cancellationToken) => Open(file).Features;

    public override IEnumerable<RecordBatch> Read(DataFile file, Features features, LoadDatasetOptions options, CancellationToken cancellationToken)
    {
        foreach (RecordBatch batch in Open(file).Read(cancellationToken))
        {
            if (batch.Features.Equals(features))
            {
                yield return batch;
                continue;
            }

            foreach (RecordBatch cast in new Dataset(new Table(batch.Features, [batch]), "").Cast(features).Table.Batches)
            {
                yield return cast;
            }
        }
    }

    private static ParquetFile Open(DataFile file) => file.ZipEntry is null
        ? ParquetFile.Open(file.Path)
        : throw new DatasetException($"'{file.Name}': Parquet files inside a zip file are not read; unpack it.");
}
