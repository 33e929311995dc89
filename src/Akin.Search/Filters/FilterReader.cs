using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Akin.Search.Filters;

/// <summary>Turns the JSON of a filter into a condition.</summary>
internal static class FilterReader
{
    private const string Operators = "$eq, $ne, $gt, $gte, $lt, $lte, $in, $nin, $regex, $exists, $size, $not, $and, $or";

    /// <summary>An object: all of its conditions hold.</summary>
    public static FilterClause ReadAll(JsonObject json, string place) => All([.. Clauses(json, place)]);

    private static IEnumerable<FilterClause> Clauses(JsonObject json, string place)
    {
        foreach ((string name, JsonNode? value) in json)
        {
            string inside = place.Length == 0 ? name : $"{place}.{name}";
            yield return name switch
            {
                "$and" => All(List(value, inside, ReadAll)),
                "$or" => new AnyOf(List(value, inside, ReadAll)),
                "$not" => new NoneOf(ReadAll(Object(value, inside), inside)),
                ['$', ..] => throw new InvalidFilterException(inside, "only $and, $or and $not stand here; other operators stand inside a field, as {\"price\": {\"$gt\": 5}}."),
                _ => Field(name, value, inside),
            };
        }
    }

    private static FilterClause Field(string name, JsonNode? value, string place) =>
        value is JsonObject operators && !(operators.Count > 0 && operators.All(pair => !pair.Key.StartsWith('$')))
            ? All(Operations(name, operators, place))
            : Holds(name, FieldOperator.Equal, value, Equal(value)); // {"lang": "ko"} is short for {"lang": {"$eq": "ko"}}

    private static FilterClause[] Operations(string name, JsonObject operators, string place) => operators.Count == 0
        ? throw new InvalidFilterException(place, $"no operator stands here; there are {Operators}.")
        : [.. operators.Select(pair => Operation(name, pair.Key, pair.Value, $"{place}.{pair.Key}"))];

    private static FilterClause Operation(string name, string operation, JsonNode? operand, string place) => operation switch
    {
        "$eq" => Holds(name, FieldOperator.Equal, operand, Equal(operand)),
        "$ne" or "$neq" => new NoneOf(Holds(name, FieldOperator.Equal, operand, Equal(operand))),
        "$gt" => Holds(name, FieldOperator.Greater, operand, Ordered(operand, order => order > 0)),
        "$gte" => Holds(name, FieldOperator.GreaterOrEqual, operand, Ordered(operand, order => order >= 0)),
        "$lt" => Holds(name, FieldOperator.Less, operand, Ordered(operand, order => order < 0)),
        "$lte" => Holds(name, FieldOperator.LessOrEqual, operand, Ordered(operand, order => order <= 0)),
        "$in" => Holds(name, FieldOperator.In, operand, In(operand, place)),
        "$nin" => new NoneOf(Holds(name, FieldOperator.In, operand, In(operand, place))),
        "$regex" => Holds(name, FieldOperator.Regex, operand, Matching(operand, place)),
        "$exists" => Exists(name, Boolean(operand, place)),
        "$size" => HasSize(name, Whole(operand, place)),
        "$not" => new NoneOf(All(Operations(name, Object(operand, place), place))),
        "$and" => All(List(operand, place, (json, inside) => All(Operations(name, json, inside)))),
        "$or" => new AnyOf(List(operand, place, (json, inside) => All(Operations(name, json, inside)))),
        _ => throw new InvalidFilterException(place, $"there is no operator '{operation}'; there are {Operators}."),
    };

    /// <summary>A list of filters, or an object whose conditions are taken one by one.</summary>
    private static FilterClause[] List(JsonNode? value, string place, Func<JsonObject, string, FilterClause> read) => value switch
    {
        JsonArray list => [.. list.Select((item, i) => read(Object(item, $"{place}[{i}]"), $"{place}[{i}]"))],
        JsonObject fields => [.. fields.Select(pair => read(new JsonObject { [pair.Key] = pair.Value?.DeepClone() }, place))],
        _ => throw new InvalidFilterException(place, $"a list of conditions is wanted; found {Found(value)}."),
    };

    private static FilterClause All(FilterClause[] clauses) => clauses is [var only] ? only : new AllOf(clauses);

    /// <summary>The field fulfils a test, or is a list with a value that does.</summary>
    private static FieldClause Holds(string name, FieldOperator kind, JsonNode? operand, Func<JsonNode?, JsonObject, bool> test)
    {
        bool comparesFields = kind <= FieldOperator.LessOrEqual && FieldOf(operand) is not null;
        return new FieldClause(name, kind, comparesFields ? null : operand, comparesFields, fields =>
        {
            JsonNode? value = FieldPath.Find(fields, name);
            return test(value, fields) || (value is JsonArray list && list.Any(item => test(item, fields)));
        });
    }

    private static Func<JsonNode?, JsonObject, bool> Equal(JsonNode? operand)
    {
        Func<JsonObject, JsonNode?> other = Operand(operand);
        return (value, fields) => FieldValue.AreEqual(value, other(fields));
    }

    private static Func<JsonNode?, JsonObject, bool> Ordered(JsonNode? operand, Func<int, bool> test)
    {
        Func<JsonObject, JsonNode?> other = Operand(operand);
        return (value, fields) => FieldValue.Compare(value, other(fields)) is { } order && test(order);
    }

    private static Func<JsonNode?, JsonObject, bool> In(JsonNode? operand, string place)
    {
        JsonNode?[] values = operand is JsonArray list ? [.. list] : throw new InvalidFilterException(place, $"a list is wanted; found {Found(operand)}.");
        return (value, _) => Array.Exists(values, other => FieldValue.AreEqual(value, other));
    }

    private static Func<JsonNode?, JsonObject, bool> Matching(JsonNode? operand, string place)
    {
        string pattern = FieldValue.Text(operand) ?? throw new InvalidFilterException(place, $"a regular expression is wanted as a text; found {Found(operand)}.");
        Regex regex;
        try
        {
            regex = new Regex(pattern, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
        }
        catch (Exception error) when (error is ArgumentException or NotSupportedException)
        {
            throw new InvalidFilterException(place, $"'{pattern}' cannot be searched for: {error.Message}", error);
        }

        return (value, _) => FieldValue.Text(value) is { } text && regex.IsMatch(text);
    }

    private static FieldClause Exists(string name, bool wanted) =>
        new(name, FieldOperator.Exists, wanted, ComparesFields: false, fields => FieldPath.Find(fields, name) is not null == wanted);

    private static FieldClause HasSize(string name, int size) =>
        new(name, FieldOperator.Size, size, ComparesFields: false, fields => FieldPath.Find(fields, name) is JsonArray list && list.Count == size);

    /// <summary>The operand itself, or the value of the field that it names.</summary>
    private static Func<JsonObject, JsonNode?> Operand(JsonNode? operand) =>
        FieldOf(operand) is { } field ? fields => FieldPath.Find(fields, field) : _ => operand;

    /// <summary>The field that the operand <c>"{field}"</c> names; null when it is a value.</summary>
    private static string? FieldOf(JsonNode? operand)
    {
        if (FieldValue.Text(operand) is not { Length: > 2 } text || text[0] != '{' || text[^1] != '}')
        {
            return null;
        }

        string field = text[1..^1].Trim();
        return field.Length > 0 && field.All(letter => char.IsLetterOrDigit(letter) || letter is '_' or '.' or '-') ? field : null;
    }

    private static JsonObject Object(JsonNode? value, string place) =>
        value as JsonObject ?? throw new InvalidFilterException(place, $"an object is wanted; found {Found(value)}.");

    private static bool Boolean(JsonNode? value, string place) =>
        value is JsonValue && value.GetValueKind() is JsonValueKind.True or JsonValueKind.False
            ? value!.GetValue<bool>()
            : throw new InvalidFilterException(place, $"true or false is wanted; found {Found(value)}.");

    private static int Whole(JsonNode? value, string place) =>
        value is JsonValue number && number.GetValueKind() == JsonValueKind.Number && number.TryGetValue(out int whole) && whole >= 0
            ? whole
            : throw new InvalidFilterException(place, $"a whole number from 0 on is wanted; found {Found(value)}.");

    private static string Found(JsonNode? value) => value?.ToJsonString() ?? "null";
}
