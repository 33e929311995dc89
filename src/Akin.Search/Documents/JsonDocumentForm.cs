using System.Buffers.Binary;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Akin.Search.Filters;

namespace Akin.Search.Documents;

/// <summary>Documents as JSON, in both of DocArray's forms: reading tells them apart by itself.</summary>
internal static class JsonDocumentForm
{
    // NumPy's kinds of numbers that JSON tells apart.
    private const string Truth = "|b1", Whole = "<i8", Real = "<f8";

    /// <summary>DocArray's <c>jsonschema</c> form.</summary>
    /// <param name="document">The document.</param>
    /// <param name="withEmptyFields">Whether fields that are not set stand there as null.</param>
    public static JsonObject WriteSchema(DocumentNode document, bool withEmptyFields)
    {
        JsonObject json = [];
        Add("id", document.Id);
        Add("parent_id", Text(document.ParentId));
        Add("granularity", Number(document.Granularity));
        Add("adjacency", Number(document.Adjacency));
        Add("blob", Bytes(document.Blob));
        Add("tensor", Nested(document, document.Tensor));
        Add("mime_type", Text(document.MimeType));
        Add("text", Text(document.Text));
        Add("weight", Number(document.Weight));
        Add("uri", Text(document.Uri));
        Add("tags", document.Tags.Count > 0 ? document.Tags.DeepClone() : null);
        Add("offset", Number(document.Offset));
        Add("location", List(document.Location, place => JsonValue.Create(Finite(document, place))));
        Add("embedding", Nested(document, document.Embedding));
        Add("modality", Text(document.Modality));
        Add("evaluations", Scores(document.Evaluations));
        Add("scores", Scores(document.Scores));
        Add("chunks", List(document.Chunks, chunk => WriteSchema(chunk, withEmptyFields)));
        Add("matches", List(document.Matches, match => WriteSchema(match, withEmptyFields)));
        return json;

        void Add(string name, JsonNode? value)
        {
            if (value is not null || withEmptyFields)
            {
                json[name] = value;
            }
        }

        JsonNode? Number(float number) => number == 0 ? null : JsonValue.Create(Finite(document, number));

        JsonObject? Scores(IDictionary<string, NamedScore> scores) => Named(scores, score => new JsonObject
        {
            ["value"] = Finite(document, score.Value),
            ["op_name"] = Text(score.Operation),
            ["description"] = Text(score.Description),
            ["ref_id"] = Text(score.ReferenceId),
        });
    }

    /// <summary>DocArray's <c>protobuf</c> form, which is protobuf's own way with JSON.</summary>
    public static JsonObject WriteProtobuf(DocumentNode document)
    {
        JsonObject json = [];
        Add("id", Text(document.Id));
        Add("blob", Bytes(document.Blob));
        Add("tensor", Dense(document.Tensor));
        Add("text", Text(document.Text));
        Add("granularity", document.Granularity == 0 ? null : JsonValue.Create(document.Granularity));
        Add("adjacency", document.Adjacency == 0 ? null : JsonValue.Create(document.Adjacency));
        Add("parentId", Text(document.ParentId));
        Add("weight", document.Weight == 0 ? null : Single(document.Weight));
        Add("uri", Text(document.Uri));
        Add("modality", Text(document.Modality));
        Add("mimeType", Text(document.MimeType));
        Add("offset", document.Offset == 0 ? null : Single(document.Offset));
        Add("location", List(document.Location, Single));
        Add("chunks", List(document.Chunks, WriteProtobuf));
        Add("matches", List(document.Matches, WriteProtobuf));
        Add("embedding", Dense(document.Embedding));
        Add("tags", document.Tags.Count > 0 ? document.Tags.DeepClone() : null);
        Add("scores", Named(document.Scores, Score));
        Add("evaluations", Named(document.Evaluations, Score));
        return json;

        void Add(string name, JsonNode? value)
        {
            if (value is not null)
            {
                json[name] = value;
            }
        }

        JsonNode Single(float number) => JsonValue.Create(Finite(document, number));

        JsonObject Score(NamedScore score)
        {
            JsonObject fields = [];
            foreach ((string name, JsonNode? value) in ((string, JsonNode?)[])
                [("value", score.Value == 0 ? null : Single(score.Value)), ("opName", Text(score.Operation)), ("description", Text(score.Description)), ("refId", Text(score.ReferenceId))])
            {
                if (value is not null)
                {
                    fields[name] = value;
                }
            }

            return fields;
        }
    }

    /// <summary>Reads a document of either form. Fields that are unknown become tags.</summary>
    /// <param name="json">The document.</param>
    /// <param name="place">The file and line, for errors.</param>
    /// <exception cref="DocumentFormatException">A field has not the kind of value it must have.</exception>
    public static DocumentNode Read(JsonNode? json, string place)
    {
        JsonObject fields = json as JsonObject ?? throw new DocumentFormatException(place, "a document must be a JSON object");
        DocumentNode document = new();
        JsonObject others = [];
        // Children take their place from their parent, whose own must be known by then.
        foreach ((string name, JsonNode? value) in fields.OrderBy(field => field.Key is "chunks" or "matches"))
        {
            if (value is not null && !Set(document, name, value, $"{place}, {name}"))
            {
                others[name] = value.DeepClone();
            }
        }

        foreach ((string name, JsonNode? value) in others)
        {
            document.Tags.TryAdd(name, value?.DeepClone());
        }

        return document;
    }

    private static bool Set(DocumentNode document, string name, JsonNode value, string place)
    {
        switch (name)
        {
            case "id":
                document.Id = TextOf(value, place);
                break;
            case "blob":
                document.Blob = BytesOf(value, place);
                break;
            case "tensor":
                document.Tensor = ArrayOf(value, place);
                break;
            case "text":
                document.Text = TextOf(value, place);
                break;
            case "granularity":
                document.Granularity = WholeOf(value, place);
                break;
            case "adjacency":
                document.Adjacency = WholeOf(value, place);
                break;
            case "parent_id" or "parentId":
                document.ParentId = TextOf(value, place);
                break;
            case "weight":
                document.Weight = SingleOf(value, place);
                break;
            case "uri":
                document.Uri = TextOf(value, place);
                break;
            case "modality":
                document.Modality = TextOf(value, place);
                break;
            case "mime_type" or "mimeType":
                document.MimeType = TextOf(value, place);
                break;
            case "offset":
                document.Offset = SingleOf(value, place);
                break;
            case "location":
                document.Location = [.. ListOf(value, place).Select(number => SingleOf(number, place))];
                break;
            case "embedding":
                document.Embedding = ArrayOf(value, place);
                break;
            case "tags":
                document.Tags = ObjectOf(value, place).DeepClone().AsObject();
                break;
            case "scores":
                ReadScores(value, document.Scores, place);
                break;
            case "evaluations":
                ReadScores(value, document.Evaluations, place);
                break;
            case "chunks":
                document.Chunks.AddRange(ListOf(value, place).Select((chunk, i) => Read(chunk, $"{place}[{i}]")));
                break;
            case "matches":
                document.Matches.AddRange(ListOf(value, place).Select((match, i) => Read(match, $"{place}[{i}]")));
                break;
            default:
                return false;
        }

        return true;
    }

    private static void ReadScores(JsonNode value, IDictionary<string, NamedScore> scores, string place)
    {
        foreach ((string name, JsonNode? score) in ObjectOf(value, place))
        {
            JsonObject fields = ObjectOf(score, place);
            scores[name] = new NamedScore(
                fields["value"] is { } number ? SingleOf(number, place) : 0,
                Words(fields["op_name"] ?? fields["opName"]),
                Words(fields["description"]),
                Words(fields["ref_id"] ?? fields["refId"]));
        }

        string Words(JsonNode? words) => words is null ? "" : TextOf(words, place);
    }

    /// <summary>An array as bytes (<c>dense</c>), as nested lists or as a single number.</summary>
    private static NumericArray ArrayOf(JsonNode value, string place)
    {
        if (value is JsonObject form)
        {
            JsonObject dense = form["dense"] as JsonObject ?? throw new DocumentFormatException(place, "an array is a list or has 'dense'; sparse arrays are not supported");
            try
            {
                return new NumericArray(
                    dense["dtype"] is { } kind ? TextOf(kind, place) : "",
                    dense["shape"] is { } lengths ? [.. ListOf(lengths, place).Select(length => WholeOf(length, place))] : [],
                    dense["buffer"] is { } buffer ? BytesOf(buffer, place) : []);
            }
            catch (ArgumentException error)
            {
                throw new DocumentFormatException(place, error.Message, error);
            }
        }

        List<int> shape = [];
        for (JsonNode? inner = value; inner is JsonArray list; inner = list.Count > 0 ? list[0] : null)
        {
            shape.Add(list.Count);
        }

        List<JsonNode> numbers = [];
        Collect(value, depth: 0);
        string of = numbers.Count == 0 ? NumericArray.Single
            : numbers.TrueForAll(number => number.GetValueKind() is JsonValueKind.True or JsonValueKind.False) ? Truth
            : numbers.TrueForAll(number => number.AsValue().TryGetValue(out long _)) ? Whole
            : Real;
        int size = of == Truth ? 1 : of == NumericArray.Single ? sizeof(float) : sizeof(double);
        byte[] bytes = new byte[numbers.Count * size];
        for (int i = 0; i < numbers.Count; i++)
        {
            Span<byte> destination = bytes.AsSpan(i * size);
            switch (of)
            {
                case Truth:
                    destination[0] = numbers[i].GetValue<bool>() ? (byte)1 : (byte)0;
                    break;
                case Whole:
                    BinaryPrimitives.WriteInt64LittleEndian(destination, numbers[i].GetValue<long>());
                    break;
                default:
                    BinaryPrimitives.WriteDoubleLittleEndian(destination, DoubleOf(numbers[i], place));
                    break;
            }
        }

        return new NumericArray(of, shape, bytes);

        void Collect(JsonNode? node, int depth)
        {
            if (depth == shape.Count)
            {
                numbers.Add(node is JsonValue ? node : throw new DocumentFormatException(place, $"a number is wanted in an array; found {node?.ToJsonString() ?? "null"}"));
                return;
            }

            JsonArray list = node as JsonArray ?? throw new DocumentFormatException(place, "the lists of an array are not equally deep");
            if (list.Count != shape[depth])
            {
                throw new DocumentFormatException(place, $"the lists of an array are not equally long: {shape[depth]} and {list.Count}");
            }

            foreach (JsonNode? item in list)
            {
                Collect(item, depth + 1);
            }
        }
    }

    private static JsonNode? Nested(DocumentNode document, NumericArray? array)
    {
        if (array is null)
        {
            return null;
        }

        int next = 0;
        return Level(depth: 0);

        JsonNode Level(int depth)
        {
            if (depth < array.Shape.Count)
            {
                JsonArray list = [];
                for (int i = 0; i < array.Shape[depth]; i++)
                {
                    list.Add(Level(depth + 1));
                }

                return list;
            }

            int at = next++;
            return array.IsTruth ? JsonValue.Create(array[at] != 0)
                : array.IsWhole ? JsonValue.Create(array.Whole(at))
                : double.IsFinite(array[at]) ? JsonValue.Create(array[at])
                : throw NotFinite(document, array[at]);
        }
    }

    private static JsonObject? Dense(NumericArray? array)
    {
        if (array is null)
        {
            return null;
        }

        JsonObject dense = [];
        if (array.Bytes.Length > 0)
        {
            dense["buffer"] = Convert.ToBase64String(array.Bytes.Span);
        }

        if (array.Shape.Count > 0)
        {
            dense["shape"] = List(array.Shape, length => JsonValue.Create(length));
        }

        dense["dtype"] = array.Kind;
        return new JsonObject { ["dense"] = dense, ["clsName"] = "numpy" };
    }

    private static float Finite(DocumentNode document, float number) => float.IsFinite(number) ? number : throw NotFinite(document, number);

    private static DocumentFormatException NotFinite(DocumentNode document, double number) => new(
        $"document '{document.Id}'", $"it has the number {number.ToString(CultureInfo.InvariantCulture)}, for which JSON has no word; save it as protobuf, or put another number there");

    private static JsonValue? Text(string value) => value.Length > 0 ? JsonValue.Create(value) : null;

    private static JsonValue? Bytes(byte[] value) => value.Length > 0 ? JsonValue.Create(Convert.ToBase64String(value)) : null;

    private static JsonArray? List<T>(IReadOnlyCollection<T> values, Func<T, JsonNode?> write) => values.Count == 0 ? null : new JsonArray([.. values.Select(write)]);

    private static JsonObject? Named(IDictionary<string, NamedScore> scores, Func<NamedScore, JsonObject> write)
    {
        if (scores.Count == 0)
        {
            return null;
        }

        JsonObject json = [];
        foreach ((string name, NamedScore score) in scores)
        {
            json[name] = write(score);
        }

        return json;
    }

    private static string TextOf(JsonNode value, string place) => FieldValue.Text(value) ?? throw Wanted("a text", value, place);

    private static byte[] BytesOf(JsonNode value, string place)
    {
        try
        {
            return Convert.FromBase64String(TextOf(value, place));
        }
        catch (FormatException error) when (error is not DocumentFormatException)
        {
            throw new DocumentFormatException(place, "bytes in base64 are wanted; the text is not base64", error);
        }
    }

    private static int WholeOf(JsonNode? value, string place) =>
        value is JsonValue number && number.GetValueKind() == JsonValueKind.Number && number.TryGetValue(out int whole) && whole >= 0 ? whole : throw Wanted("a whole number from 0 on", value, place);

    private static double DoubleOf(JsonNode? value, string place) =>
        value?.GetValueKind() == JsonValueKind.Number ? FieldValue.Double(value) : throw Wanted("a number", value, place);

    private static float SingleOf(JsonNode? value, string place) => (float)DoubleOf(value, place);

    private static JsonArray ListOf(JsonNode value, string place) => value as JsonArray ?? throw Wanted("a list", value, place);

    private static JsonObject ObjectOf(JsonNode? value, string place) => value as JsonObject ?? throw Wanted("an object", value, place);

    private static DocumentFormatException Wanted(string what, JsonNode? found, string place)
    {
        string word = found?.ToJsonString() ?? "null";
        return new DocumentFormatException(place, $"{what} is wanted; found {(word.Length > 40 ? word[..40] + "…" : word)}");
    }
}
