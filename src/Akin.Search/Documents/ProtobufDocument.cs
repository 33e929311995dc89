using System.Buffers.Binary;
using Akin.Tokenizers.Protobuf;

namespace Akin.Search.Documents;

/// <summary>DocArray 0.21's <c>DocumentProto</c>, byte for byte (but for the order of map entries, which is the order in which they were added here). Field numbers are those of <c>docarray.proto</c>.</summary>
internal static class ProtobufDocument
{
    private const string NumPy = "numpy";

    public static ProtobufWriter Write(DocumentNode document)
    {
        ProtobufWriter writer = new();
        Text(1, document.Id);
        if (document.Blob.Length > 0)
        {
            writer.Bytes(2, document.Blob);
        }

        Array(3, document.Tensor);
        Text(4, document.Text);
        Whole(5, document.Granularity);
        Whole(6, document.Adjacency);
        Text(7, document.ParentId);
        Single(8, document.Weight);
        Text(9, document.Uri);
        Text(10, document.Modality);
        Text(11, document.MimeType);
        Single(12, document.Offset);
        if (document.Location.Count > 0)
        {
            writer.PackedSingles(13, document.Location);
        }

        foreach (DocumentNode chunk in document.Chunks)
        {
            writer.Message(14, Write(chunk));
        }

        foreach (DocumentNode match in document.Matches)
        {
            writer.Message(15, Write(match));
        }

        Array(16, document.Embedding);
        if (document.Tags.Count > 0)
        {
            writer.Message(17, ProtobufStruct.Write(document.Tags));
        }

        Scores(18, document.Scores);
        Scores(19, document.Evaluations);
        return writer;

        void Text(int field, string value)
        {
            if (value.Length > 0)
            {
                writer.Text(field, value);
            }
        }

        void Whole(int field, int value)
        {
            if (value != 0)
            {
                writer.Varint(field, (ulong)value);
            }
        }

        void Single(int field, float value)
        {
            if (value != 0)
            {
                writer.Single(field, value);
            }
        }

        void Array(int field, NumericArray? array)
        {
            if (array is not null)
            {
                writer.Message(field, Write(array));
            }
        }

        void Scores(int field, IDictionary<string, NamedScore> scores)
        {
            foreach ((string name, NamedScore score) in scores)
            {
                ProtobufWriter entry = new();
                entry.Text(1, name);
                entry.Message(2, Write(score));
                writer.Message(field, entry);
            }
        }
    }

    public static DocumentNode Read(ReadOnlySpan<byte> message, ProtobufFault fault)
    {
        ProtobufReader reader = new(message, fault.Of);
        DocumentNode document = new(id: "");
        List<float> location = [];
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case (1, WireType.Bytes):
                    document.Id = fault.Text(reader.Bytes());
                    break;
                case (2, WireType.Bytes):
                    document.Blob = reader.Bytes().ToArray();
                    break;
                case (3, WireType.Bytes):
                    document.Tensor = ReadArray(reader.Bytes(), fault.Deeper());
                    break;
                case (4, WireType.Bytes):
                    document.Text = fault.Text(reader.Bytes());
                    break;
                case (5, WireType.Varint):
                    document.Granularity = ReadWhole(reader.Varint(), fault);
                    break;
                case (6, WireType.Varint):
                    document.Adjacency = ReadWhole(reader.Varint(), fault);
                    break;
                case (7, WireType.Bytes):
                    document.ParentId = fault.Text(reader.Bytes());
                    break;
                case (8, WireType.Fixed32):
                    document.Weight = BitConverter.UInt32BitsToSingle(reader.Fixed32());
                    break;
                case (9, WireType.Bytes):
                    document.Uri = fault.Text(reader.Bytes());
                    break;
                case (10, WireType.Bytes):
                    document.Modality = fault.Text(reader.Bytes());
                    break;
                case (11, WireType.Bytes):
                    document.MimeType = fault.Text(reader.Bytes());
                    break;
                case (12, WireType.Fixed32):
                    document.Offset = BitConverter.UInt32BitsToSingle(reader.Fixed32());
                    break;
                case (13, WireType.Fixed32):
                    location.Add(BitConverter.UInt32BitsToSingle(reader.Fixed32()));
                    break;
                case (13, WireType.Bytes):
                    AddSingles(reader.Bytes(), location, fault);
                    break;
                case (14, WireType.Bytes):
                    document.Chunks.Add(Read(reader.Bytes(), fault.Deeper()));
                    break;
                case (15, WireType.Bytes):
                    document.Matches.Add(Read(reader.Bytes(), fault.Deeper()));
                    break;
                case (16, WireType.Bytes):
                    document.Embedding = ReadArray(reader.Bytes(), fault.Deeper());
                    break;
                case (17, WireType.Bytes):
                    document.Tags = ProtobufStruct.Read(reader.Bytes(), fault.Deeper());
                    break;
                case (18, WireType.Bytes):
                    ReadScore(reader.Bytes(), document.Scores, fault.Deeper());
                    break;
                case (19, WireType.Bytes):
                    ReadScore(reader.Bytes(), document.Evaluations, fault.Deeper());
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        document.Location = location;
        return document;
    }

    private static ProtobufWriter Write(NumericArray array)
    {
        ProtobufWriter dense = new();
        if (array.Bytes.Length > 0)
        {
            dense.Bytes(1, array.Bytes.Span);
        }

        if (array.Shape.Count > 0)
        {
            dense.PackedVarints(2, array.Shape);
        }

        dense.Text(3, array.Kind);
        ProtobufWriter writer = new();
        writer.Message(1, dense);
        writer.Text(3, NumPy);
        return writer;
    }

    private static ProtobufWriter Write(NamedScore score)
    {
        ProtobufWriter writer = new();
        if (score.Value != 0)
        {
            writer.Single(1, score.Value);
        }

        foreach ((int field, string words) in ((int, string)[])[(2, score.Operation), (3, score.Description), (4, score.ReferenceId)])
        {
            if (words.Length > 0)
            {
                writer.Text(field, words);
            }
        }

        return writer;
    }

    private static NumericArray? ReadArray(ReadOnlySpan<byte> message, ProtobufFault fault)
    {
        ProtobufReader reader = new(message, fault.Of);
        NumericArray? array = null;
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case (1, WireType.Bytes):
                    array = ReadDense(reader.Bytes(), fault);
                    break;
                case (2, WireType.Bytes):
                    throw new DocumentFormatException(fault.Place, "it has a sparse array, which is not supported; make it dense before it is saved");
                default:
                    reader.Skip();
                    break;
            }
        }

        return array;
    }

    private static NumericArray ReadDense(ReadOnlySpan<byte> message, ProtobufFault fault)
    {
        ProtobufReader reader = new(message, fault.Of);
        byte[] bytes = [];
        List<int> shape = [];
        string kind = "";
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case (1, WireType.Bytes):
                    bytes = reader.Bytes().ToArray();
                    break;
                case (2, WireType.Varint):
                    shape.Add(ReadWhole(reader.Varint(), fault));
                    break;
                case (2, WireType.Bytes):
                    ReadOnlySpan<byte> packed = reader.Bytes();
                    while (!packed.IsEmpty)
                    {
                        shape.Add(ProtobufReader.TryVarint(ref packed, out ulong length) ? ReadWhole(length, fault) : throw fault.Of("a dimension that is cut short"));
                    }

                    break;
                case (3, WireType.Bytes):
                    kind = fault.Text(reader.Bytes());
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        try
        {
            return new NumericArray(kind, shape, bytes);
        }
        catch (ArgumentException error)
        {
            throw new DocumentFormatException(fault.Place, error.Message, error);
        }
    }

    private static void ReadScore(ReadOnlySpan<byte> message, IDictionary<string, NamedScore> scores, ProtobufFault fault)
    {
        ProtobufReader reader = new(message, fault.Of);
        string name = "";
        NamedScore score = new(0);
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case (1, WireType.Bytes):
                    name = fault.Text(reader.Bytes());
                    break;
                case (2, WireType.Bytes):
                    score = ReadScore(reader.Bytes(), fault);
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        scores[name] = score;
    }

    private static NamedScore ReadScore(ReadOnlySpan<byte> message, ProtobufFault fault)
    {
        ProtobufReader reader = new(message, fault.Of);
        NamedScore score = new(0);
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case (1, WireType.Fixed32):
                    score = score with { Value = BitConverter.UInt32BitsToSingle(reader.Fixed32()) };
                    break;
                case (2, WireType.Bytes):
                    score = score with { Operation = fault.Text(reader.Bytes()) };
                    break;
                case (3, WireType.Bytes):
                    score = score with { Description = fault.Text(reader.Bytes()) };
                    break;
                case (4, WireType.Bytes):
                    score = score with { ReferenceId = fault.Text(reader.Bytes()) };
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        return score;
    }

    private static void AddSingles(ReadOnlySpan<byte> packed, List<float> values, ProtobufFault fault)
    {
        if (packed.Length % sizeof(float) != 0)
        {
            throw fault.Of($"a location of {packed.Length} bytes");
        }

        for (int i = 0; i < packed.Length; i += sizeof(float))
        {
            values.Add(BinaryPrimitives.ReadSingleLittleEndian(packed[i..]));
        }
    }

    private static int ReadWhole(ulong number, ProtobufFault fault) => number <= int.MaxValue ? (int)number : throw fault.Of($"the number {number}, which is too large");
}
