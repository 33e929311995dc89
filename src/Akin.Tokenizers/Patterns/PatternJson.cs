using System.Text.Json;
using Akin.Tokenizers.Json;

namespace Akin.Tokenizers.Patterns;

/// <summary>A pattern in <c>tokenizer.json</c>: <c>{"String": …}</c> or <c>{"Regex": …}</c>; older files have a plain string, which is literal.</summary>
internal static class PatternJson
{
    public static TextPattern Pattern(this JsonFields fields, string name)
    {
        JsonElement value = fields.Value(name) ?? throw fields.Refuse(name, "a pattern was expected, and the field is missing or null");
        if (value.ValueKind == JsonValueKind.String)
            return TextPattern.Literal(fields.AsString(value, fields.At(name)));
        JsonFields kind = fields.Object(name);
        string? literal = kind.OptionalString("String"), expression = kind.OptionalString("Regex");
        if (literal is null == expression is null)
            throw kind.Wrong(kind.Path, "either \"String\" or \"Regex\" was expected");
        kind.RefuseOthers();
        if (literal is not null)
            return TextPattern.Literal(literal);
        try
        {
            return TextPattern.Expression(expression!);
        }
        catch (PatternException problem)
        {
            throw new TokenizerFileException(fields.File, kind.At("Regex"), problem.Message, problem);
        }
    }

    public static void WritePattern(this Utf8JsonWriter writer, string name, TextPattern pattern)
    {
        writer.WriteStartObject(name);
        writer.WriteString(pattern.IsLiteral ? "String" : "Regex", pattern.Text);
        writer.WriteEndObject();
    }
}
