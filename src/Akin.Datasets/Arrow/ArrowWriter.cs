using System.Buffers.Binary;
using System.Numerics;
using Akin.Datasets.Columns;

namespace Akin.Datasets.Arrow;

/// <summary>Writes batches as an Arrow IPC stream, the format of Python's <c>save_to_disk</c> and of its caches.</summary>
internal sealed class ArrowWriter
{
    private const int Alignment = 64;
    private const int MetadataVersion5 = 4;

    private static readonly byte[] Padding = new byte[Alignment];

    private readonly Stream _stream;

    public ArrowWriter(Stream stream, Features features)
    {
        _stream = stream;
        FlatWriter writer = new();
        int schema = ArrowSchema.Write(writer, features, new Dictionary<string, string> { [FeatureJson.MetadataKey] = FeatureJson.WriteMetadata(features) });
        WriteMessage(writer, schema, headerType: 1, bodyLength: 0);
    }

    public void Write(RecordBatch batch)
    {
        List<long> nodes = [];
        List<ReadOnlyMemory<byte>> buffers = [];
        foreach (ColumnData column in batch.Columns)
        {
            Collect(column, nodes, buffers);
        }

        long[] places = new long[buffers.Count * 2];
        long length = 0;
        for (int index = 0; index < buffers.Count; index++)
        {
            places[2 * index] = length;
            places[(2 * index) + 1] = buffers[index].Length;
            length += Padded(buffers[index].Length);
        }

        FlatWriter writer = new();
        int bufferPlaces = writer.Structs(places, numbersPerStruct: 2);
        int nodePlaces = writer.Structs([.. nodes], numbersPerStruct: 2);
        int header = writer.Table(FlatWriter.Int64(0, batch.Length), FlatWriter.Reference(1, nodePlaces), FlatWriter.Reference(2, bufferPlaces));
        WriteMessage(writer, header, headerType: 3, length);
        foreach (ReadOnlyMemory<byte> buffer in buffers)
        {
            _stream.Write(buffer.Span);
            _stream.Write(Padding.AsSpan(0, (int)(Padded(buffer.Length) - buffer.Length)));
        }

        GC.KeepAlive(batch);
    }

    /// <summary>Marks the end.</summary>
    public void Complete()
    {
        _stream.Write([0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 0, 0]);
        _stream.Flush();
    }

    private static long Padded(int length) => (length + (long)Alignment - 1) / Alignment * Alignment;

    private static void Collect(ColumnData column, List<long> nodes, List<ReadOnlyMemory<byte>> buffers)
    {
        nodes.Add(column.Length);
        nodes.Add(column is NullColumn ? column.Length : NullCount(column));
        if (column is NullColumn)
        {
            return;
        }

        buffers.Add(column.Validity);
        switch (column)
        {
            case BooleanColumn boolean:
                buffers.Add(boolean.Bits);
                break;
            case FixedWidthColumn fixedWidth:
                buffers.Add(fixedWidth.Values);
                break;
            case VariableWidthColumn variable:
                buffers.Add(variable.Offsets);
                buffers.Add(variable.Values);
                break;
            case ListColumn list:
                buffers.Add(list.Offsets);
                Collect(list.Items, nodes, buffers);
                break;
            case FixedLengthListColumn list:
                Collect(list.Items, nodes, buffers);
                break;
            case StructColumn structure:
                foreach (ColumnData inner in structure.Fields)
                {
                    Collect(inner, nodes, buffers);
                }

                break;
        }
    }

    private static long NullCount(ColumnData column)
    {
        if (column.Validity.IsEmpty)
        {
            return 0;
        }

        ReadOnlySpan<byte> bits = column.Validity.Span;
        long present = 0;
        int whole = column.Length / 8;
        foreach (byte eight in bits[..whole])
        {
            present += BitOperations.PopCount(eight);
        }

        for (int index = whole * 8; index < column.Length; index++)
        {
            present += Bitmap.IsSet(bits, index) ? 1 : 0;
        }

        return column.Length - present;
    }

    private void WriteMessage(FlatWriter writer, int header, int headerType, long bodyLength)
    {
        int message = writer.Table(
            FlatWriter.Int16(0, MetadataVersion5), FlatWriter.Byte(1, headerType), FlatWriter.Reference(2, header), FlatWriter.Int64(3, bodyLength));
        byte[] metadata = writer.Finish(message);
        const int Prefix = 2 * sizeof(int);
        int padded = (metadata.Length + Prefix + Alignment - 1) / Alignment * Alignment;
        byte[] bytes = new byte[padded];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, -1);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(sizeof(int)), padded - Prefix);
        metadata.CopyTo(bytes.AsSpan(Prefix));
        _stream.Write(bytes);
    }
}
