using Akin.Tokenizers;
using Akin.Tokenizers.Text;

namespace Akin.Search.Hybrid;

/// <summary>A sentence of a document: a query whose answer is known.</summary>
/// <param name="Text">The sentence.</param>
/// <param name="DocumentId">Where it stands.</param>
internal sealed record SelfMadeQuery(string Text, string DocumentId)
{
    private const int Seed = 20260101;

    // Shorter ones are headings and noise.
    private const int LeastCharacters = 8;

    /// <summary>Makes a query of every document that has a sentence; the same ones every time.</summary>
    public static IReadOnlyList<SelfMadeQuery> Of(IEnumerable<Document> documents)
    {
        Random random = new(Seed);
        List<SelfMadeQuery> queries = [];
        foreach (Document document in documents)
        {
            TextSpan[] sentences = [.. SentenceSplitter.Split(document.Text.AsSpan()).Where(sentence => sentence.Length >= LeastCharacters)];
            if (sentences.Length > 0)
            {
                TextSpan sentence = sentences[random.Next(sentences.Length)];
                queries.Add(new SelfMadeQuery(document.Text.Substring(sentence.Start, sentence.Length), document.Id));
            }
        }

        return queries;
    }
}
