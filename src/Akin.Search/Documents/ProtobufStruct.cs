using System.Text.Json;
using System.Text.Json.Nodes;
using Akin.Search.Filters;
using Akin.Tokenizers.Protobuf;

namespace Akin.Search.Documents;

/// <summary><c>google.protobuf.Struct</c>: a JSON object on the wire. Every number is a double there.</summary>
internal static class ProtobufStruct
{
    public static ProtobufWriter Write(JsonObject fields)
    {
        ProtobufWriter writer = new();
        foreach ((string name, JsonNode? value) in fields)
        {
            ProtobufWriter entry = new();
            entry.Text(1, name);
            entry.Message(2, Write(value));
            writer.Message(1, entry);
        }

        return writer;
    }

    public static JsonObject Read(ReadOnlySpan<byte> message, ProtobufFault fault)
    {
        ProtobufFault inside = fault.Deeper();
        ProtobufReader reader = new(message, fault.Of);
        JsonObject fields = [];
        while (reader.Next())
        {
            if (reader.Field is not (1, WireType.Bytes))
            {
                reader.Skip();
                continue;
            }

            ProtobufReader entry = new(reader.Bytes(), fault.Of);
            string name = "";
            JsonNode? value = null;
            while (entry.Next())
            {
                switch (entry.Field)
                {
                    case (1, WireType.Bytes):
                        name = fault.Text(entry.Bytes());
                        break;
                    case (2, WireType.Bytes):
                        value = ReadValue(entry.Bytes(), inside);
                        break;
                    default:
                        entry.Skip();
                        break;
                }
            }

            fields[name] = value;
        }

        return fields;
    }

    private static ProtobufWriter Write(JsonNode? value)
    {
        ProtobufWriter writer = new();
        switch (value)
        {
            case null:
                writer.Varint(1, 0);
                break;
            case JsonObject fields:
                writer.Message(5, Write(fields));
                break;
            case JsonArray list:
                ProtobufWriter items = new();
                foreach (JsonNode? item in list)
                {
                    items.Message(1, Write(item));
                }

                writer.Message(6, items);
                break;
            default:
                switch (value.GetValueKind())
                {
                    case JsonValueKind.True or JsonValueKind.False:
                        writer.Varint(4, value.GetValueKind() == JsonValueKind.True ? 1UL : 0);
                        break;
                    case JsonValueKind.Number:
                        writer.Double(2, FieldValue.Double(value));
                        break;
                    default:
                        writer.Text(3, FieldValue.Text(value) ?? "");
                        break;
                }

                break;
        }

        return writer;
    }

    private static JsonNode? ReadValue(ReadOnlySpan<byte> message, ProtobufFault fault)
    {
        ProtobufReader reader = new(message, fault.Of);
        JsonNode? value = null;
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case (1, WireType.Varint):
                    reader.Varint();
                    value = null;
                    break;
                case (2, WireType.Fixed64):
                    double number = BitConverter.UInt64BitsToDouble(reader.Fixed64());
                    value = double.IsFinite(number) ? number : throw fault.Of($"the tag value {number}, which JSON has no word for");
                    break;
                case (3, WireType.Bytes):
                    value = fault.Text(reader.Bytes());
                    break;
                case (4, WireType.Varint):
                    value = reader.Varint() != 0;
                    break;
                case (5, WireType.Bytes):
                    value = Read(reader.Bytes(), fault);
                    break;
                case (6, WireType.Bytes):
                    value = ReadList(reader.Bytes(), fault.Deeper());
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        return value;
    }

    private static JsonArray ReadList(ReadOnlySpan<byte> message, ProtobufFault fault)
    {
        ProtobufReader reader = new(message, fault.Of);
        JsonArray list = [];
        while (reader.Next())
        {
            if (reader.Field is (1, WireType.Bytes))
            {
                list.Add(ReadValue(reader.Bytes(), fault));
            }
            else
            {
                reader.Skip();
            }
        }

        return list;
    }
}
