using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Akin.Client.Messages;

/// <summary>How the messages of Akin's own routes are JSON: names in snake_case, nothing written for null, text as it is; what a message needs must be there.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(AddDocumentsRequest))]
[JsonSerializable(typeof(AddDocumentsResponse))]
[JsonSerializable(typeof(ClassifyRequest))]
[JsonSerializable(typeof(ClassifyResponse))]
[JsonSerializable(typeof(DocumentsResponse))]
[JsonSerializable(typeof(EncodeRequest))]
[JsonSerializable(typeof(EncodeResponse))]
[JsonSerializable(typeof(HealthResponse))]
[JsonSerializable(typeof(IndexDescription))]
[JsonSerializable(typeof(IndexDocument))]
[JsonSerializable(typeof(IndexSearchRequest))]
[JsonSerializable(typeof(IndexSearchResponse))]
[JsonSerializable(typeof(IndexesResponse))]
[JsonSerializable(typeof(MapResponse))]
[JsonSerializable(typeof(ModelsResponse))]
[JsonSerializable(typeof(Problem))]
[JsonSerializable(typeof(RerankRequest))]
[JsonSerializable(typeof(RerankResponse))]
public sealed partial class AkinJson : JsonSerializerContext
{
    /// <summary>The messages as they go over the wire: <see cref="Default"/> with letters of every language as they are, not as <c>\u</c> escapes.</summary>
    public static AkinJson Wire => Lettered.Context;

    // A class of its own is made when it is first used: by then Default is there, in whichever order the two halves of this class are made.
    private static class Lettered
    {
        public static readonly AkinJson Context = new(new JsonSerializerOptions(Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
    }
}
