using System.Text.Json;
using System.Text.Json.Nodes;
using Akin.Search;

namespace Akin.Cli.Searching;

/// <summary>What a search found for one query, and how it is shown.</summary>
/// <param name="Finder">Found it.</param>
/// <param name="Query">The query.</param>
/// <param name="Hits">The documents, best first.</param>
/// <param name="First">The place of the first one, from 1 on.</param>
/// <param name="Fields">The fields to show; none for the text.</param>
/// <param name="Facets">Fields with their values in all documents that the search chose from.</param>
internal sealed record Answer(
    Finder Finder, string Query, IReadOnlyList<SearchHit> Hits, int First, IReadOnlyList<string> Fields, IReadOnlyList<(string Field, IReadOnlyList<FacetValue> Values)> Facets)
{
    // What a person wants to read at a glance; --json has them all.
    private const int MostShownValues = 20;

    public void Show(CommandContext context)
    {
        for (int i = 0; i < Hits.Count; i++)
        {
            Document document = Hits[i].Document;
            context.Output.WriteLine($"{First + i,3}  {Hits[i].Score:0.0000}  {document.Id}");
            if (Fields.Count == 0)
            {
                context.Output.WriteLine($"     {TextSnippet.Of(Finder.Passage(Query, document), length: 200)}");
            }

            foreach (string field in Fields)
            {
                context.Output.WriteLine($"     {field}: {TextSnippet.Of(Word(document.Field(field)), length: 200)}");
            }
        }

        foreach ((string field, IReadOnlyList<FacetValue> values) in Facets)
        {
            string more = values.Count > MostShownValues ? $" and {values.Count - MostShownValues:N0} more" : "";
            context.Output.WriteLine($"{field}: {string.Join(", ", values.Take(MostShownValues).Select(value => $"{Word(value.Value)} {value.Count:N0}"))}{more}");
        }

        if (Hits.Count == 0)
        {
            context.Message(Finder.NothingFound);
        }
    }

    /// <summary>A list of documents; where values are counted, an object with the documents and the values.</summary>
    public static void Write(Utf8JsonWriter json, Answer answer)
    {
        if (answer.Facets.Count == 0)
        {
            answer.WriteHits(json);
            return;
        }

        json.WriteStartObject();
        json.WritePropertyName("hits");
        answer.WriteHits(json);
        json.WriteStartObject("facets");
        foreach ((string field, IReadOnlyList<FacetValue> values) in answer.Facets)
        {
            json.WriteStartArray(field);
            foreach (FacetValue value in values)
            {
                json.WriteStartObject();
                json.WritePropertyName("value");
                value.Value.WriteTo(json);
                json.WriteNumber("count", value.Count);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }

    private void WriteHits(Utf8JsonWriter json)
    {
        json.WriteStartArray();
        foreach (SearchHit hit in Hits)
        {
            json.WriteStartObject();
            json.WriteString("id", hit.Document.Id);
            json.WriteNumber("score", hit.Score);
            if (Fields.Count > 0)
            {
                WriteFields(json, hit.Document);
            }
            else
            {
                json.WriteString("text", hit.Document.Text);
                if (hit.Document.Field("passage") is { } passage)
                {
                    json.WritePropertyName("passage");
                    passage.WriteTo(json);
                }

                if (Finder.Highlight(Query, hit.Document) is { } highlight)
                {
                    json.WriteString("highlight", highlight);
                }
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private void WriteFields(Utf8JsonWriter json, Document document)
    {
        json.WriteStartObject("fields");
        foreach (string field in Fields)
        {
            json.WritePropertyName(field);
            if (document.Field(field) is { } value)
            {
                value.WriteTo(json);
            }
            else
            {
                json.WriteNullValue();
            }
        }

        json.WriteEndObject();
    }

    private static string Word(JsonNode? value) => value switch
    {
        null => "–",
        JsonValue word when word.TryGetValue(out string? text) => text,
        _ => value.ToJsonString(JsonLineWriter.Options),
    };
}
