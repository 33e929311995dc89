using System.Text.Json.Nodes;

namespace Akin.Search.Tests.Filters;

/// <summary>Documents and filters over a few names and values, so that they meet often: all kinds of values, and names that are easily taken for others.</summary>
internal sealed class RandomFields(int seed)
{
    private static readonly string[] Names = ["lang", "price", "maker", "sizes", "when", "a", "a_", "_b", "b"];
    private static readonly string[] OddNames = ["a.b", "a__b", "", "__b", "a_", "0", "17", "title", "id"];
    private static readonly string[] Paths =
    [
        "lang", "price", "maker", "sizes", "when", "a", "a.b", "a__b", "a___b", "a_._b", "a_.b", "sizes.0", "sizes__1", "sizes.00", "sizes.17", "maker.lang", "maker.maker.price",
        "maker.sizes.1", "sizes.0.lang", "id", "title", "text", "nothing", "maker.0", "a..b", "b", "_b",
    ];

    private static readonly string[] Values =
    [
        "null", "true", "false", "0", "1", "-1", "1.0", "1.5", "-1.25", "10", "100", "9007199254740993", "9007199254740992", "1e-20", "-3e-7", "1e300", "0.1", "0.10", "79228162514264337593543950335",
        "\"\"", "\"ko\"", "\"en\"", "\"zh\"", "\"10\"", "\"kor\"", "\"\\uE000\"", "\"\\uD83D\\uDE00\"", "\"2024-05-01\"", "\"2024-05-01T00:00:00Z\"", "\"2024-05-01T02:00:00+02:00\"", "\"2024-05-02T10:30:00\"",
        "\"2024-13-01\"", "\"2024\"", "[]", "[1,2]", "{}", "{\"lang\":\"ko\"}", "\"title 1\"", "\"{price}\"", "\"{maker.lang}\"", $"\"{new string('x', 255)}\"", $"\"{new string('x', 256)}\"", $"\"{new string('x', 300)}\"",
        $"\"{new string('x', 300)}y\"",
    ];

    private readonly Random _random = new(seed);

    public Document Document(int number) => new($"d{number}", $"text {_random.Next(3)}")
    {
        Title = _random.Next(2) == 0 ? null : $"title {_random.Next(3)}",
        Metadata = _random.Next(10) == 0 ? null : Fields(depth: 0),
    };

    public string Filter(int depth = 0)
    {
        if (depth < 3 && _random.Next(3) == 0)
        {
            string parts = string.Join(',', Enumerable.Range(0, _random.Next(4)).Select(_ => Filter(depth + 1)));
            return _random.Next(3) switch { 0 => $$"""{"$and":[{{parts}}]}""", 1 => $$"""{"$or":[{{parts}}]}""", _ => $$"""{"$not":{{Filter(depth + 1)}}}""" };
        }

        string name = JsonValue.Create(Pick(Paths)).ToJsonString();
        return _random.Next(8) == 0 ? $"{{{name}:{Value(2)}}}".Replace(":{}", ":1", StringComparison.Ordinal) : $"{{{name}:{{{Operation()}}}}}";
    }

    private string Operation() => _random.Next(11) switch
    {
        0 => $"\"$eq\":{Value(2)}",
        1 => $"\"$ne\":{Value(2)}",
        2 => $"\"$gt\":{Value(2)}",
        3 => $"\"$gte\":{Value(2)}",
        4 => $"\"$lt\":{Value(2)}",
        5 => $"\"$lte\":{Value(2)}",
        6 => $"\"$in\":[{List(2)}]",
        7 => $"\"$nin\":[{List(2)}]",
        8 => $"\"$exists\":{(_random.Next(2) == 0 ? "true" : "false")}",
        9 => $"\"$size\":{_random.Next(3)}",
        _ => $"\"$regex\":{Pick(["\"k\"", "\"^x+$\"", "\"1\"", "\"\""])}",
    };

    private string Fields(int depth)
    {
        bool isOdd = _random.Next(8) == 0;
        IEnumerable<string> fields =
            from name in Enumerable.Range(0, _random.Next(5)).Select(_ => isOdd ? Pick(OddNames) : Pick(Names)).Distinct()
            select $"{JsonValue.Create(name).ToJsonString()}:{Value(depth)}";
        return $"{{{string.Join(',', fields)}}}";
    }

    private string Value(int depth) => depth >= 2 ? Pick(Values) : _random.Next(8) switch
    {
        0 => Fields(depth + 1),
        1 => $"[{List(depth)}]",
        2 when _random.Next(8) == 0 => $"[{string.Join(',', Enumerable.Range(0, _random.Next(400)))}]",
        _ => Pick(Values),
    };

    private string List(int depth) => string.Join(',', Enumerable.Range(0, _random.Next(4)).Select(_ => Value(depth + 1)));

    private string Pick(string[] some) => some[_random.Next(some.Length)];
}
