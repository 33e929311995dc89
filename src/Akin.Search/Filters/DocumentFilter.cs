using System.Text.Json;
using System.Text.Json.Nodes;

namespace Akin.Search.Filters;

/// <summary>A condition on the fields of documents, in the language of MongoDB's queries, which DocArray's filters share.</summary>
/// <remarks>
/// <para><c>{"lang": "ko", "price": {"$gte": 10, "$lt": 50}}</c>: all conditions hold. Operators: <c>$eq $ne $gt $gte $lt $lte $in $nin $regex $exists $size</c>, joined by <c>$and $or
/// $not</c>; <c>$neq</c> is <c>$ne</c>. Fields are <c>id</c>, <c>title</c>, <c>text</c> and whatever the metadata has; those of objects inside are named <c>maker.name</c> or
/// <c>maker__name</c>, those of lists <c>sizes.0</c>. A list fulfils a condition when one of its values does.</para>
/// <para>A field that is missing is as one that is null: it equals null, differs from everything else, and is neither greater nor less. Values of different kinds differ and are
/// not ordered; true and false are 1 and 0. Two texts that are both ISO 8601 dates are compared as moments (<c>{"published": {"$gt": "2024-05-01"}}</c>; without a zone they are
/// UTC), others letter by letter. An operand <c>"{other}"</c> is the field <c>other</c>. Regular expressions are searched in time proportional to the text: they may not look
/// around or back.</para>
/// <para>Thread-safe.</para>
/// </remarks>
public sealed class DocumentFilter
{
    private readonly string _text;

    private DocumentFilter(FilterClause clause, string text) => (Clause, _text) = (clause, text);

    /// <summary>The filter as it was read.</summary>
    internal FilterClause Clause { get; }

    /// <summary>Reads a filter.</summary>
    /// <param name="json">A JSON object; <c>{}</c> lets everything pass.</param>
    /// <exception cref="InvalidFilterException">It is no JSON object, or an operator or its operand is unknown.</exception>
    public static DocumentFilter Parse(string json)
    {
        ArgumentNullException.ThrowIfNull(json);
        JsonNode? node;
        try
        {
            node = JsonNode.Parse(json);
        }
        catch (JsonException error)
        {
            throw new InvalidFilterException("", $"it is not JSON ({error.Message}).", error);
        }

        return Parse(node as JsonObject ?? throw new InvalidFilterException("", """it must be an object, such as {"lang": "ko"}."""));
    }

    /// <summary>Reads a filter that is parsed already.</summary>
    /// <param name="json">The filter.</param>
    /// <exception cref="InvalidFilterException">An operator or its operand is unknown.</exception>
    public static DocumentFilter Parse(JsonObject json)
    {
        ArgumentNullException.ThrowIfNull(json);
        try
        {
            return new DocumentFilter(FilterReader.ReadAll(json, place: ""), json.ToJsonString());
        }
        catch (ArgumentException error) when (error is not InvalidFilterException)
        {
            throw new InvalidFilterException("", "a name stands in it twice.", error); // an object finds that only when it is first read
        }
    }

    /// <summary>Whether a document fulfils the condition.</summary>
    /// <param name="document">The document; its metadata is a JSON object or null.</param>
    public bool Matches(Document document)
    {
        ArgumentNullException.ThrowIfNull(document);
        return Matches(FieldObject.Of(document));
    }

    /// <summary>Whether fields fulfil the condition.</summary>
    /// <param name="fields">The fields by their names.</param>
    public bool Matches(JsonObject fields)
    {
        ArgumentNullException.ThrowIfNull(fields);
        return Clause.Holds(fields);
    }

    /// <summary>The filter as JSON.</summary>
    public override string ToString() => _text;
}
