using System.Text.Json.Nodes;
using Akin.Search.Documents;

namespace Akin.Search.Tests.Documents;

/// <summary>The documents of the reference, built from their neutral description and described in the same way.</summary>
internal static class DocArrayGolden
{
    public static JsonNode Json(string name) => JsonNode.Parse(File.ReadAllBytes(PathTo(name)))!;

    public static string PathTo(params string[] parts) => Repository.Golden(["wire", "docarray_v1", .. parts]);

    public static DocumentArray Array(JsonNode specs) => new(specs.AsArray().Select(spec => Build(spec!.AsObject())));

    public static DocumentNode Build(JsonObject spec)
    {
        DocumentNode document = new((string)spec["id"]!);
        foreach ((string name, JsonNode? value) in spec)
        {
            switch (name)
            {
                case "text": document.Text = (string)value!; break;
                case "uri": document.Uri = (string)value!; break;
                case "mime_type": document.MimeType = (string)value!; break;
                case "modality": document.Modality = (string)value!; break;
                case "parent_id": document.ParentId = (string)value!; break;
                case "granularity": document.Granularity = (int)value!; break;
                case "adjacency": document.Adjacency = (int)value!; break;
                case "weight": document.Weight = (float)value!; break;
                case "offset": document.Offset = (float)value!; break;
                case "location": document.Location = [.. value!.AsArray().Select(place => (float)place!)]; break;
                case "tags": document.Tags = value!.DeepClone().AsObject(); break;
                case "blob_hex": document.Blob = Convert.FromHexString((string)value!); break;
                case "tensor": document.Tensor = Numbers(value!); break;
                case "embedding": document.Embedding = Numbers(value!); break;
                case "scores": Scores(document.Scores, value!); break;
                case "evaluations": Scores(document.Evaluations, value!); break;
            }
        }

        document.Chunks.AddRange(Children("chunks"));
        document.Matches.AddRange(Children("matches"));
        return document;

        IEnumerable<DocumentNode> Children(string name) => spec[name] is { } children ? Array(children) : [];
    }

    /// <summary>What the reference's <c>dump</c> tells of a document: the fields that are set.</summary>
    public static JsonObject Describe(DocumentNode document)
    {
        JsonObject fields = new() { ["id"] = document.Id };
        Add("parent_id", document.ParentId, document.ParentId.Length > 0);
        Add("granularity", document.Granularity, document.Granularity != 0);
        Add("adjacency", document.Adjacency, document.Adjacency != 0);
        Add("blob_hex", Convert.ToHexStringLower(document.Blob), document.Blob.Length > 0);
        Add("tensor", Describe(document.Tensor), document.Tensor is not null);
        Add("mime_type", document.MimeType, document.MimeType.Length > 0);
        Add("text", document.Text, document.Text.Length > 0);
        Add("weight", (double)document.Weight, document.Weight != 0);
        Add("uri", document.Uri, document.Uri.Length > 0);
        Add("tags", document.Tags.DeepClone(), document.Tags.Count > 0);
        Add("offset", (double)document.Offset, document.Offset != 0);
        Add("location", new JsonArray([.. document.Location.Select(place => JsonValue.Create((double)place))]), document.Location.Count > 0);
        Add("embedding", Describe(document.Embedding), document.Embedding is not null);
        Add("modality", document.Modality, document.Modality.Length > 0);
        Add("scores", Describe(document.Scores), document.Scores.Count > 0);
        Add("evaluations", Describe(document.Evaluations), document.Evaluations.Count > 0);
        Add("chunks", new JsonArray([.. document.Chunks.Select(Describe)]), document.Chunks.Count > 0);
        Add("matches", new JsonArray([.. document.Matches.Select(Describe)]), document.Matches.Count > 0);
        return fields;

        void Add(string name, JsonNode? value, bool isSet)
        {
            if (isSet)
            {
                fields[name] = value;
            }
        }
    }

    private static JsonObject Describe(IDictionary<string, NamedScore> scores)
    {
        JsonObject described = [];
        foreach ((string name, NamedScore score) in scores)
        {
            JsonObject fields = [];
            if (score.Value != 0)
            {
                fields["value"] = (double)score.Value;
            }

            foreach ((string field, string words) in ((string, string)[])[("op_name", score.Operation), ("description", score.Description), ("ref_id", score.ReferenceId)])
            {
                if (words.Length > 0)
                {
                    fields[field] = words;
                }
            }

            described[name] = fields;
        }

        return described;
    }

    private static JsonObject? Describe(NumericArray? array) => array is null ? null : new JsonObject
    {
        ["dtype"] = array.Kind switch { "<f2" => "float16", "<f4" => "float32", "<f8" => "float64", "|b1" => "bool", "|u1" => "uint8", "<i8" => "int64", _ => array.Kind },
        ["shape"] = new JsonArray([.. array.Shape.Select(length => JsonValue.Create(length))]),
        ["data"] = new JsonArray([.. Enumerable.Range(0, array.Count).Select(i => array.IsTruth ? JsonValue.Create(array[i] != 0) : (JsonNode)JsonValue.Create(array[i]))]),
    };

    private static void Scores(IDictionary<string, NamedScore> scores, JsonNode specs)
    {
        foreach ((string name, JsonNode? spec) in specs.AsObject())
        {
            scores[name] = new NamedScore((float)spec!["value"]!, (string?)spec["op_name"] ?? "", (string?)spec["description"] ?? "", (string?)spec["ref_id"] ?? "");
        }
    }

    private static NumericArray Numbers(JsonNode spec)
    {
        string kind = (string)spec["dtype"]! switch { "float16" => "<f2", "float32" => "<f4", "float64" => "<f8", "bool" => "|b1", "uint8" => "|u1", _ => "<i8" };
        byte[] bytes = [.. spec["data"]!.AsArray().SelectMany(number => kind switch
        {
            "<f2" => BitConverter.GetBytes((Half)(double)number!),
            "<f4" => BitConverter.GetBytes((float)number!),
            "<f8" => BitConverter.GetBytes((double)number!),
            "|b1" => [(bool)number! ? (byte)1 : (byte)0],
            "|u1" => [(byte)number!],
            _ => BitConverter.GetBytes((long)number!),
        })];
        return new NumericArray(kind, [.. spec["shape"]!.AsArray().Select(length => (int)length!)], bytes);
    }
}
