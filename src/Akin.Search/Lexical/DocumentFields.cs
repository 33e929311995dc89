using System.Text;
using System.Text.Json;
using Akin.Search.Lexical.Analysis;
using Akin.Search.Lexical.Postings;

namespace Akin.Search.Lexical;

/// <summary>Finds the terms of documents: every field cut by the analyser, positions counted through all of them.</summary>
internal sealed class DocumentFields(LexicalOptions options)
{
    public const string Title = "title";
    public const string Text = "text";
    public const string MetadataPrefix = "metadata.";

    // So far apart are the last word of a field and the first of the next, that no phrase reaches across.
    private const int PositionGap = 100;

    private readonly int[] _weights = options.UnitWeights();
    private readonly bool _countsForms = options.Scoring.Method != Bm25Method.LuceneStoredLength;

    /// <summary>The terms of a document and its length in units of the index.</summary>
    public (List<TermOccurrence> Terms, int Length) TermsOf(Document document)
    {
        List<TermOccurrence> terms = [];
        int length = 0, position = -1;
        for (int field = 0; field < _weights.Length; field++)
        {
            foreach (string part in PartsOf(document, options.Fields[field].Name))
            {
                foreach (TextToken token in options.Scoring.Analyzer.Analyze(part))
                {
                    position = Math.Max(0, position + token.PositionIncrement);
                    terms.Add(new TermOccurrence(WellFormed(token.Term), position, _weights[field]));
                    length += _countsForms || token.PositionIncrement > 0 ? _weights[field] : 0;
                }

                position += PositionGap;
            }
        }

        return (terms, length);
    }

    /// <summary>A term whose UTF-8 bytes no other term has: half of a surrogate pair becomes U+FFFD.</summary>
    public static string WellFormed(string term) =>
        term.AsSpan().ContainsAnyInRange('\uD800', '\uDFFF') ? Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(term)) : term;

    /// <summary>The texts of a field; none where the document lacks it.</summary>
    public static IEnumerable<string> PartsOf(Document document, string field)
    {
        switch (field)
        {
            case Title:
                return document.Title is { } title ? [title] : [];
            case Text:
                return [document.Text];
            default:
                if (document.Metadata is null)
                {
                    return [];
                }

                using (JsonDocument metadata = JsonDocument.Parse(document.Metadata))
                {
                    return !metadata.RootElement.TryGetProperty(field[MetadataPrefix.Length..], out JsonElement value) ? [] : value.ValueKind switch
                    {
                        JsonValueKind.String => [StringOf(value)],
                        JsonValueKind.Array => [.. value.EnumerateArray().Where(item => item.ValueKind == JsonValueKind.String).Select(StringOf)],
                        _ => [],
                    };
                }
        }
    }

    private static string StringOf(JsonElement value)
    {
        try
        {
            return value.GetString()!;
        }
        catch (InvalidOperationException)
        {
            // An escape of half a surrogate pair: no text that could be looked for.
            return "";
        }
    }
}
