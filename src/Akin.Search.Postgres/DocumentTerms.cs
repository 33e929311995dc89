using System.Security.Cryptography;
using System.Text;
using Akin.Search.Lexical.Analysis;

namespace Akin.Search.Postgres;

/// <summary>The terms of documents and queries, as the default options of a <see cref="Lexical.LexicalIndex"/> have them: title and text, by the default analyser.</summary>
internal static class DocumentTerms
{
    private const int LongestTerm = 500;

    /// <summary>The terms of a document with how often it has each, and its length.</summary>
    public static (Dictionary<string, int> Frequencies, int Length) Of(Document document)
    {
        Dictionary<string, int> frequencies = [];
        int length = 0;
        foreach (string part in document.Title is null ? [document.Text] : new[] { document.Title, document.Text })
        {
            foreach (string term in TextAnalyzers.Default.Terms(part))
            {
                string stored = Storable(term);
                frequencies[stored] = frequencies.GetValueOrDefault(stored) + 1;
                length++;
            }
        }

        return (frequencies, length);
    }

    /// <summary>The different terms of a query with how often it has each.</summary>
    public static Dictionary<string, int> OfQuery(string text) => TextAnalyzers.Default.Terms(text).CountBy(Storable).ToDictionary();

    /// <summary>What PostgreSQL can keep in an index: well-formed UTF-8 without the character 0, of a third of a page at most. What is longer is told apart by its hash.</summary>
    private static string Storable(string term)
    {
        string whole = term.Contains('\0', StringComparison.Ordinal) ? term.Replace('\0', '\uFFFD') : term;
        whole = whole.AsSpan().ContainsAnyInRange('\uD800', '\uDFFF') ? Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(whole)) : whole;
        return whole.Length <= LongestTerm ? whole : Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(whole)));
    }
}
