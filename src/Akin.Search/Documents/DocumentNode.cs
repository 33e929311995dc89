using System.Text.Json.Nodes;
using Akin.Search.Filters;

namespace Akin.Search.Documents;

/// <summary>
/// A document in memory with all that DocArray's <c>Document</c> has: a content (text, bytes or a tensor), an embedding, tags, scores, the parts it was cut into
/// (<see cref="Chunks"/>) and what was found for it (<see cref="Matches"/>), which are such documents too.
/// </summary>
/// <remarks>
/// What an index stores is the smaller <see cref="Document"/>: <see cref="ToDocument"/> and <see cref="From"/> lead from one to the other. As in DocArray an empty text is as good as none,
/// and so is a weight of 0. Not thread-safe.
/// </remarks>
public sealed class DocumentNode
{
    private string _text = "";
    private byte[] _blob = [];
    private NumericArray? _tensor;

    /// <summary>Makes an empty document.</summary>
    /// <param name="id">Its identifier; a random one when null.</param>
    public DocumentNode(string? id = null)
    {
        Id = id ?? Guid.NewGuid().ToString("N");
        Chunks = DocumentArray.ChunksOf(this);
        Matches = DocumentArray.MatchesOf(this);
    }

    /// <summary>The identifier.</summary>
    public string Id { get; set; }

    /// <summary>The content as text. A document has one content: setting one takes the place of the others.</summary>
    public string Text
    {
        get => _text;
        set => (_text, _blob, _tensor) = (value, [], null);
    }

    /// <summary>The content as bytes.</summary>
    public byte[] Blob
    {
        get => _blob;
        set => (_text, _blob, _tensor) = ("", value, null);
    }

    /// <summary>The content as numbers, such as the points of an image.</summary>
    public NumericArray? Tensor
    {
        get => _tensor;
        set => (_text, _blob, _tensor) = ("", [], value);
    }

    /// <summary>Where the content comes from.</summary>
    public string Uri { get; set; } = "";

    /// <summary>The vector of the content's meaning.</summary>
    public NumericArray? Embedding { get; set; }

    /// <summary>Anything else that is known.</summary>
    public JsonObject Tags { get; set; } = [];

    /// <summary>How much it counts.</summary>
    public float Weight { get; set; }

    /// <summary>The kind of content in a word, such as <c>text</c>.</summary>
    public string Modality { get; set; } = "";

    /// <summary>The media type of the content, such as <c>image/png</c>.</summary>
    public string MimeType { get; set; } = "";

    /// <summary>Where it begins in its parent.</summary>
    public float Offset { get; set; }

    /// <summary>Its place in its parent: begin and end in a text, a box in an image.</summary>
    public IReadOnlyList<float> Location { get; set; } = [];

    /// <summary>How many times a whole was cut to get here; set when it is added to the <see cref="Chunks"/> of another.</summary>
    public int Granularity { get; set; }

    /// <summary>How many steps of finding led here; set when it is added to the <see cref="Matches"/> of another.</summary>
    public int Adjacency { get; set; }

    /// <summary>The identifier of the whole that this is a chunk of.</summary>
    public string ParentId { get; set; } = "";

    /// <summary>The parts it was cut into.</summary>
    public DocumentArray Chunks { get; }

    /// <summary>What was found for it, best first.</summary>
    public DocumentArray Matches { get; }

    /// <summary>Scores by what was measured.</summary>
    public IDictionary<string, NamedScore> Scores { get; private init; } = new Dictionary<string, NamedScore>(StringComparer.Ordinal);

    /// <summary>Measures of quality by their names; see <see cref="DocumentArray.Evaluate"/>.</summary>
    public IDictionary<string, NamedScore> Evaluations { get; private init; } = new Dictionary<string, NamedScore>(StringComparer.Ordinal);

    /// <summary>A document of an index in this form: its title and metadata become tags.</summary>
    /// <param name="document">The document.</param>
    public static DocumentNode From(Document document)
    {
        ArgumentNullException.ThrowIfNull(document);
        DocumentNode node = new(document.Id) { Text = document.Text, Tags = FieldObject.OfMetadata(document.Metadata) };
        if (document.Title is { } title)
        {
            node.Tags["title"] = title;
        }

        return node;
    }

    /// <summary>What an index stores of it: identifier and text, the tag <c>title</c> as the title, other tags as the metadata, and there <c>uri</c> unless a tag has that name.</summary>
    public Document ToDocument()
    {
        JsonObject metadata = Tags.DeepClone().AsObject();
        string? title = FieldValue.Text(metadata["title"]);
        if (title is not null)
        {
            metadata.Remove("title");
        }

        if (Uri.Length > 0)
        {
            metadata.TryAdd("uri", Uri);
        }

        return new Document(Id, Text) { Title = title, Metadata = metadata.Count > 0 ? metadata.ToJsonString() : null };
    }

    /// <summary>A document of its own with the same values; chunks, matches and arrays are shared.</summary>
    public DocumentNode Copy()
    {
        DocumentNode copy = new(Id)
        {
            Uri = Uri,
            Embedding = Embedding,
            Tags = Tags.DeepClone().AsObject(),
            Weight = Weight,
            Modality = Modality,
            MimeType = MimeType,
            Offset = Offset,
            Location = Location,
            Granularity = Granularity,
            Adjacency = Adjacency,
            ParentId = ParentId,
            Scores = new Dictionary<string, NamedScore>(Scores, StringComparer.Ordinal),
            Evaluations = new Dictionary<string, NamedScore>(Evaluations, StringComparer.Ordinal),
        };
        (copy._text, copy._blob, copy._tensor) = (_text, _blob, _tensor);
        copy.Chunks.AddAsTheyAre(Chunks);
        copy.Matches.AddAsTheyAre(Matches);
        return copy;
    }

    /// <summary>
    /// The value of a field, or <see langword="null"/>: <c>text</c>, <c>tags__lang</c>, <c>scores__cosine__value</c>; fields are named as in DocArray, and what is empty or 0 is not there.
    /// </summary>
    /// <param name="name">The field.</param>
    public JsonNode? Field(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return FieldPath.Find(Fields(), name);
    }

    /// <summary>All fields that are set, for a <see cref="DocumentFilter"/>; of arrays their kind and shape, of chunks and matches the identifiers.</summary>
    public JsonObject Fields()
    {
        JsonObject fields = new() { ["id"] = Id };
        Add("parent_id", ParentId.Length > 0 ? ParentId : null);
        Add("granularity", Granularity != 0 ? Granularity : null);
        Add("adjacency", Adjacency != 0 ? Adjacency : null);
        Add("blob", Blob.Length > 0 ? Convert.ToBase64String(Blob) : null);
        Add("tensor", FormOf(Tensor));
        Add("mime_type", MimeType.Length > 0 ? MimeType : null);
        Add("text", Text.Length > 0 ? Text : null);
        Add("weight", Weight != 0 ? Weight : null);
        Add("uri", Uri.Length > 0 ? Uri : null);
        Add("tags", Tags.Count > 0 ? Tags.DeepClone() : null);
        Add("offset", Offset != 0 ? Offset : null);
        Add("location", Location.Count > 0 ? new JsonArray([.. Location.Select(place => JsonValue.Create(place))]) : null);
        Add("embedding", FormOf(Embedding));
        Add("modality", Modality.Length > 0 ? Modality : null);
        Add("evaluations", FormOf(Evaluations));
        Add("scores", FormOf(Scores));
        Add("chunks", FormOf(Chunks));
        Add("matches", FormOf(Matches));
        return fields;

        void Add(string name, JsonNode? value)
        {
            if (value is not null)
            {
                fields[name] = value;
            }
        }
    }

    /// <summary>Takes over what another document of the same identifier has and this one lacks.</summary>
    internal void Fill(DocumentNode other)
    {
        if (Text.Length == 0 && Blob.Length == 0 && Tensor is null)
        {
            (_text, _blob, _tensor) = (other._text, other._blob, other._tensor);
        }

        Uri = Uri.Length > 0 ? Uri : other.Uri;
        Embedding ??= other.Embedding;
        Tags = Tags.Count > 0 ? Tags : other.Tags.DeepClone().AsObject();
        Weight = Weight != 0 ? Weight : other.Weight;
        Modality = Modality.Length > 0 ? Modality : other.Modality;
        MimeType = MimeType.Length > 0 ? MimeType : other.MimeType;
        Offset = Offset != 0 ? Offset : other.Offset;
        Location = Location.Count > 0 ? Location : other.Location;
        Fill(Scores, other.Scores);
        Fill(Evaluations, other.Evaluations);
        Chunks.Reduce(other.Chunks);
        Matches.Reduce(other.Matches);
    }

    private static void Fill(IDictionary<string, NamedScore> mine, IDictionary<string, NamedScore> others)
    {
        foreach ((string name, NamedScore score) in others)
        {
            mine.TryAdd(name, score);
        }
    }

    private static JsonObject? FormOf(NumericArray? array) =>
        array is null ? null : new JsonObject { ["kind"] = array.Kind, ["shape"] = new JsonArray([.. array.Shape.Select(length => JsonValue.Create(length))]) };

    private static JsonObject? FormOf(IDictionary<string, NamedScore> scores)
    {
        if (scores.Count == 0)
        {
            return null;
        }

        JsonObject form = [];
        foreach ((string name, NamedScore score) in scores)
        {
            form[name] = new JsonObject { ["value"] = score.Value, ["op_name"] = score.Operation, ["description"] = score.Description, ["ref_id"] = score.ReferenceId };
        }

        return form;
    }

    private static JsonArray? FormOf(DocumentArray documents) => documents.Count == 0 ? null : new JsonArray([.. documents.Select(document => JsonValue.Create(document.Id))]);
}
