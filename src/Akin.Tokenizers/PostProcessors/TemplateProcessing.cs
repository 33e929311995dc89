using System.Text.Json;
using Akin.Tokenizers.Json;

namespace Akin.Tokenizers.PostProcessors;

/// <summary>Texts and special tokens in any order, each with a type id.</summary>
/// <param name="single">The parts for one text.</param>
/// <param name="pair">The parts for two texts.</param>
public sealed class TemplateProcessing(IReadOnlyList<LayoutPiece> single, IReadOnlyList<LayoutPiece> pair) : PostProcessor
{
    private readonly LayoutPiece[] singleTexts = [.. single.Where(static piece => piece.Sequence is not null)];
    private readonly LayoutPiece[] pairTexts = [.. pair.Where(static piece => piece.Sequence is not null)];

    /// <inheritdoc/>
    public override string Type => "TemplateProcessing";

    internal static TemplateProcessing Read(JsonFields fields)
    {
        Dictionary<string, LayoutPiece> special = new(StringComparer.Ordinal);
        JsonFields declared = fields.Object("special_tokens");
        foreach (JsonProperty property in declared.Element.EnumerateObject())
        {
            string name = declared.NameOf(property);
            JsonFields token = new(property.Value, fields.File, declared.At(name));
            token.String("id");
            int[] ids = [.. token.Array("ids").Select(item => token.AsInt(item.Element, item.Path, minimum: 0))];
            string[] tokens = [.. token.Array("tokens").Select(item => token.AsString(item.Element, item.Path))];
            if (ids.Length != tokens.Length)
                throw token.Refuse("tokens", $"as many tokens as ids were expected: {tokens.Length} tokens, {ids.Length} ids");
            token.RefuseOthers();
            special[name] = new LayoutPiece(null, 0, ids, tokens);
        }
        LayoutPiece[] single = ReadTemplate(fields, "single", special), pair = ReadTemplate(fields, "pair", special);
        if (single.Any(static piece => piece.Sequence == 1))
            throw fields.Refuse("single", "the template for one text uses the second text \"B\"");
        if (pair.All(static piece => piece.Sequence != 0) || pair.All(static piece => piece.Sequence != 1))
            throw fields.Refuse("pair", "the template for two texts must use both \"A\" and \"B\"");
        return new TemplateProcessing(single, pair);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<LayoutPiece> Layout(bool pair, bool addSpecialTokens) =>
        pair ? (addSpecialTokens ? pairAll : pairTexts) : (addSpecialTokens ? singleAll : singleTexts);

    private readonly IReadOnlyList<LayoutPiece> singleAll = single;
    private readonly IReadOnlyList<LayoutPiece> pairAll = pair;

    private static LayoutPiece[] ReadTemplate(JsonFields fields, string name, Dictionary<string, LayoutPiece> special)
    {
        List<LayoutPiece> pieces = [];
        foreach (JsonFields item in fields.Objects(name))
        {
            JsonFields? sequence = item.OptionalObject("Sequence"), token = item.OptionalObject("SpecialToken");
            JsonFields piece = (sequence ?? token) is { } found && (sequence is null || token is null)
                ? found
                : throw item.Wrong(item.Path, "either \"Sequence\" or \"SpecialToken\" was expected");
            string id = piece.String("id");
            int typeId = piece.Int("type_id");
            if (token is not null)
            {
                pieces.Add(special.TryGetValue(id, out LayoutPiece? declared)
                    ? declared with { TypeId = typeId }
                    : throw piece.Refuse("id", $"the special token \"{id}\" is not declared in special_tokens"));
            }
            else
            {
                pieces.Add(id is "A" or "B" ? LayoutPiece.Text(id == "A" ? 0 : 1, typeId) : throw piece.Refuse("id", $"\"A\" or \"B\" was expected, found \"{id}\""));
            }
            piece.RefuseOthers();
            item.RefuseOthers();
        }
        return [.. pieces];
    }

    private protected override void WriteFields(Utf8JsonWriter writer)
    {
        WriteTemplate(writer, "single", singleAll);
        WriteTemplate(writer, "pair", pairAll);
        writer.WriteStartObject("special_tokens");
        foreach (LayoutPiece piece in singleAll.Concat(pairAll).Where(static piece => piece.Sequence is null).DistinctBy(NameOf).OrderBy(NameOf, StringComparer.Ordinal))
        {
            writer.WriteStartObject(NameOf(piece));
            writer.WriteString("id", NameOf(piece));
            writer.WriteStartArray("ids");
            foreach (int id in piece.Ids)
                writer.WriteNumberValue(id);
            writer.WriteEndArray();
            writer.WriteStartArray("tokens");
            foreach (string token in piece.Tokens)
                writer.WriteStringValue(token);
            writer.WriteEndArray();
            writer.WriteEndObject();
        }
        writer.WriteEndObject();
    }

    private static string NameOf(LayoutPiece piece) => string.Concat(piece.Tokens);

    private static void WriteTemplate(Utf8JsonWriter writer, string name, IReadOnlyList<LayoutPiece> pieces)
    {
        writer.WriteStartArray(name);
        foreach (LayoutPiece piece in pieces)
        {
            writer.WriteStartObject();
            writer.WriteStartObject(piece.Sequence is null ? "SpecialToken" : "Sequence");
            writer.WriteString("id", piece.Sequence switch { 0 => "A", 1 => "B", _ => NameOf(piece) });
            writer.WriteNumber("type_id", piece.TypeId);
            writer.WriteEndObject();
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
    }
}
