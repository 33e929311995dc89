using System.Collections.ObjectModel;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Akin.Search.Filters;

namespace Akin.Search.Documents;

/// <summary>A list of documents in memory, with the operations of DocArray's <c>DocumentArray</c>: access paths, filters, nearest neighbours, parallel processing, evaluation, files.</summary>
/// <remarks>Not thread-safe. What selects documents gives an array of the same documents; what finds by embeddings gives copies with scores.</remarks>
public sealed partial class DocumentArray : Collection<DocumentNode>
{
    private readonly DocumentNode? _owner;
    private readonly bool _holdsMatches;

    /// <summary>Makes an empty array.</summary>
    public DocumentArray()
    {
    }

    /// <summary>Makes an array of documents.</summary>
    /// <param name="documents">The documents.</param>
    public DocumentArray(IEnumerable<DocumentNode> documents) => AddRange(documents);

    private DocumentArray(DocumentNode owner, bool holdsMatches) => (_owner, _holdsMatches) = (owner, holdsMatches);

    /// <summary>The document with an identifier, the first of several.</summary>
    /// <param name="id">The identifier.</param>
    /// <exception cref="KeyNotFoundException">There is none.</exception>
    public DocumentNode this[string id] =>
        TryGet(id, out DocumentNode? document) ? document : throw new KeyNotFoundException($"None of the {Count} documents has the identifier '{id}'.");

    /// <summary>Looks for a document by its identifier.</summary>
    /// <param name="id">The identifier.</param>
    /// <param name="document">The first that has it.</param>
    public bool TryGet(string id, [NotNullWhen(true)] out DocumentNode? document)
    {
        ArgumentNullException.ThrowIfNull(id);
        document = Items.FirstOrDefault(candidate => candidate.Id == id);
        return document is not null;
    }

    /// <summary>Adds documents at the end.</summary>
    /// <param name="documents">The documents.</param>
    public void AddRange(IEnumerable<DocumentNode> documents)
    {
        ArgumentNullException.ThrowIfNull(documents);
        foreach (DocumentNode document in documents)
        {
            Add(document);
        }
    }

    /// <summary>
    /// The documents that an access path leads to: <c>@c</c> all chunks, <c>@m,c</c> all matches, then all chunks, <c>@r[0]c[1:]</c> the chunks of the first document but for its first,
    /// <c>@cc</c> chunks of chunks; <c>...</c> all documents at every depth, as <see cref="Flatten"/>.
    /// </summary>
    /// <param name="path">The path; the <c>@</c> may be left out.</param>
    /// <exception cref="ArgumentException">The path cannot be understood.</exception>
    public DocumentArray Traverse(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        return path == "..." ? Flatten() : new DocumentArray(AccessPath.Follow(this, path));
    }

    /// <summary>All documents at every depth: of each its chunks, its matches, then itself.</summary>
    public DocumentArray Flatten() => new(Items.SelectMany(Descendants));

    /// <summary>The value of a field of every document, null where it is not set; see <see cref="DocumentNode.Field"/>.</summary>
    /// <param name="field">The field, such as <c>tags__lang</c>.</param>
    public JsonNode?[] Column(string field) => [.. Items.Select(document => document.Field(field))];

    /// <summary>The documents that fulfil a filter, whose fields are named as in DocArray: <c>tags__price</c>, <c>scores__cosine__value</c>, <c>text</c>.</summary>
    /// <param name="filter">The filter.</param>
    public DocumentArray Find(DocumentFilter filter)
    {
        ArgumentNullException.ThrowIfNull(filter);
        return new DocumentArray(Items.Where(document => filter.Matches(document.Fields())));
    }

    /// <summary>The documents in batches, the last of which may be shorter.</summary>
    /// <param name="batchSize">Documents in a batch, at least 1.</param>
    public IEnumerable<DocumentArray> Batch(int batchSize)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(batchSize, 1);
        return Items.Chunk(batchSize).Select(batch => new DocumentArray(batch));
    }

    /// <summary>Some of the documents, each at most once, in random order.</summary>
    /// <param name="count">How many, at most as many as there are.</param>
    /// <param name="seed">Makes the choice the same every time; null for another one each time.</param>
    public DocumentArray Sample(int count, int? seed = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, Count);
        return new DocumentArray(Shuffle(seed).Take(count));
    }

    /// <summary>The documents in random order.</summary>
    /// <param name="seed">Makes the order the same every time; null for another one each time.</param>
    public DocumentArray Shuffle(int? seed = null)
    {
        DocumentNode[] documents = [.. Items];
        (seed is { } fixedSeed ? new Random(fixedSeed) : Random.Shared).Shuffle(documents);
        return new DocumentArray(documents);
    }

    /// <summary>The documents by a field: numbers and dates by size, texts letter by letter, those without it last; equal ones keep their order.</summary>
    /// <param name="field">The field, such as <c>tags__price</c>; see <see cref="DocumentNode.Field"/>.</param>
    /// <param name="descending">Whether the largest comes first.</param>
    public DocumentArray Sort(string field, bool descending = false)
    {
        (DocumentNode Document, JsonNode? Value)[] keyed = [.. Items.Select(document => (document, document.Field(field)))];
        Comparer<JsonNode?> order = Comparer<JsonNode?>.Create((left, right) => (left is null || right is null)
            ? (left is null).CompareTo(right is null)
            : (FieldValue.Compare(left, right) ?? string.CompareOrdinal(left.ToJsonString(), right.ToJsonString())) * (descending ? -1 : 1));
        return new DocumentArray(keyed.OrderBy(pair => pair.Value, order).Select(pair => pair.Document));
    }

    /// <summary>The documents by the value of a tag, in the order in which values come; those without it are left out.</summary>
    /// <param name="tag">The tag.</param>
    public IReadOnlyDictionary<string, DocumentArray> SplitByTag(string tag)
    {
        ArgumentNullException.ThrowIfNull(tag);
        OrderedDictionary<string, DocumentArray> parts = new(StringComparer.Ordinal);
        foreach (DocumentNode document in Items)
        {
            if (FieldPath.Find(document.Tags, tag) is { } value)
            {
                string word = FieldValue.Text(value) ?? value.ToJsonString();
                if (!parts.TryGetValue(word, out DocumentArray? part))
                {
                    parts.Add(word, part = []);
                }

                part.Add(document);
            }
        }

        return parts;
    }

    /// <summary>The documents in two parts, to train with one and measure with the other.</summary>
    /// <param name="share">The share of the first part, 0 to 1.</param>
    /// <param name="seed">Makes the choice the same every time; null for another one each time.</param>
    public (DocumentArray First, DocumentArray Second) Split(double share, int? seed = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(share);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(share, 1);
        DocumentArray shuffled = Shuffle(seed);
        int count = (int)Math.Round(share * Count);
        return (new DocumentArray(shuffled.Take(count)), new DocumentArray(shuffled.Skip(count)));
    }

    /// <summary>Takes over what others hold, as several searchers' answers are made one: documents of the same identifier become one, whose empty fields are filled; their chunks and matches too.</summary>
    /// <param name="others">The others, which stay as they are.</param>
    public void Reduce(params IReadOnlyList<DocumentArray> others)
    {
        ArgumentNullException.ThrowIfNull(others);
        foreach (DocumentNode other in others.SelectMany(array => array))
        {
            if (TryGet(other.Id, out DocumentNode? mine))
            {
                mine.Fill(other);
            }
            else
            {
                Add(other.Copy());
            }
        }
    }

    /// <summary>How many documents there are and which fields they have, in lines for people.</summary>
    public string Summary()
    {
        StringBuilder lines = new();
        lines.Append(CultureInfo.InvariantCulture, $"{Count} documents");
        var counts = from document in Items from field in document.Fields() group field by field.Key into named select (Name: named.Key, Count: named.Count());
        foreach ((string name, int count) in counts.OrderByDescending(field => field.Count))
        {
            lines.Append(CultureInfo.InvariantCulture, $"\n  {name}: {count}");
        }

        return lines.ToString();
    }

    internal static DocumentArray ChunksOf(DocumentNode owner) => new(owner, holdsMatches: false);

    internal static DocumentArray MatchesOf(DocumentNode owner) => new(owner, holdsMatches: true);

    /// <summary>Adds documents whose place in a tree is known already.</summary>
    internal void AddAsTheyAre(IEnumerable<DocumentNode> documents)
    {
        foreach (DocumentNode document in documents)
        {
            Items.Add(document);
        }
    }

    /// <inheritdoc/>
    protected override void InsertItem(int index, DocumentNode item)
    {
        base.InsertItem(index, Placed(item));
    }

    /// <inheritdoc/>
    protected override void SetItem(int index, DocumentNode item) => base.SetItem(index, Placed(item));

    private DocumentNode Placed(DocumentNode document)
    {
        ArgumentNullException.ThrowIfNull(document);
        if (_owner is null)
        {
            return document;
        }

        if (_holdsMatches)
        {
            document.Adjacency = _owner.Adjacency + 1;
        }
        else
        {
            (document.ParentId, document.Granularity) = (_owner.Id, _owner.Granularity + 1);
        }

        return document;
    }

    private static IEnumerable<DocumentNode> Descendants(DocumentNode document) => document.Chunks.Concat(document.Matches).SelectMany(Descendants).Append(document);
}
