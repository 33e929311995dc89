using System.Text;
using Akin.Search.Lexical.Analysis;
using Akin.Search.Lexical.Queries;

namespace Akin.Search.Lexical;

/// <summary>Shows where a text matches a query.</summary>
/// <param name="analyzer">The analyser of the index.</param>
/// <remarks>Thread-safe.</remarks>
public sealed class LexicalHighlighter(ITextAnalyzer analyzer)
{
    private const char Ellipsis = '…';

    /// <summary>The places of words that the query looks for; those of a phrase only where all of it stands. What must not be there is not looked for.</summary>
    /// <param name="text">The text.</param>
    /// <param name="query">The query.</param>
    /// <returns>Places from the first to the last; ones that touch are one.</returns>
    public IReadOnlyList<TextRange> Matches(string text, LexicalQuery query)
    {
        List<TextRange> matches = [];
        foreach (TextToken token in MatchingTokens(text, query).OrderBy(token => token.Start))
        {
            if (matches is [.., var last] && token.Start <= last.End)
            {
                matches[^1] = last with { End = Math.Max(last.End, token.End) };
            }
            else
            {
                matches.Add(new TextRange(token.Start, token.End));
            }
        }

        return matches;
    }

    /// <summary>The part of a text in which most different words of the query stand.</summary>
    /// <param name="text">The text.</param>
    /// <param name="query">The query.</param>
    /// <param name="length">UTF-16 units of the part, at least 1; it is cut at spaces where it can be.</param>
    public TextRange BestPart(string text, LexicalQuery query, int length = 200)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentOutOfRangeException.ThrowIfLessThan(length, 1);
        (int start, int end) = BestPart(text, MatchingTokens(text, query), length);
        return new TextRange(start, end);
    }

    /// <summary>The part of a text in which most different words of the query stand, with its matches marked.</summary>
    /// <param name="text">The text.</param>
    /// <param name="query">The query.</param>
    /// <param name="length">UTF-16 units of the part, at least 1; it is cut at spaces where it can be, and an ellipsis stands for what is left out.</param>
    /// <param name="before">What stands before a match.</param>
    /// <param name="after">What stands behind a match.</param>
    public string Snippet(string text, LexicalQuery query, int length = 200, string before = "", string after = "")
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentOutOfRangeException.ThrowIfLessThan(length, 1);
        (int start, int end) = BestPart(text, MatchingTokens(text, query), length);
        StringBuilder snippet = new();
        if (start > 0)
        {
            snippet.Append(Ellipsis);
        }

        int at = start;
        foreach (TextRange match in Matches(text, query))
        {
            (int from, int to) = (Math.Max(match.Start, start), Math.Min(match.End, end));
            if (from < to)
            {
                snippet.Append(text, at, from - at).Append(before).Append(text, from, to - from).Append(after);
                at = to;
            }
        }

        snippet.Append(text, at, end - at);
        return end < text.Length ? snippet.Append(Ellipsis).ToString() : snippet.ToString();
    }

    private static (int Start, int End) BestPart(string text, List<TextToken> matches, int length)
    {
        if (text.Length <= length)
        {
            return (0, text.Length);
        }

        int first = 0, last = 0, most = 0;
        for (int i = 0; i < matches.Count; i++)
        {
            TextToken[] together = [.. matches.Skip(i).TakeWhile(token => token.End <= matches[i].Start + length)];
            int different = together.Select(token => token.Term).Distinct().Count();
            if (different > most)
            {
                (first, last, most) = (matches[i].Start, together.Max(token => token.End), different);
            }
        }

        // The matches in the middle, as far as the text reaches.
        int start = Math.Clamp(first - (length - (last - first)) / 2, 0, text.Length - length);
        int end = start + length;
        return (start == 0 ? 0 : Boundary(text, start, Math.Min(first, end)), end == text.Length ? end : BoundaryBefore(text, end, Math.Max(last, start + 1)));
    }

    /// <summary>Behind the first space from a place on, if there is one before a limit; else the place, not inside a surrogate pair.</summary>
    private static int Boundary(string text, int place, int limit)
    {
        int space = limit > place ? text.IndexOf(' ', place, limit - place) : -1;
        return space >= 0 ? space + 1 : place + (char.IsLowSurrogate(text[place]) ? 1 : 0);
    }

    private static int BoundaryBefore(string text, int place, int limit)
    {
        int space = place > limit ? text.LastIndexOf(' ', place - 1, place - limit) : -1;
        return space >= 0 ? space : place - (char.IsLowSurrogate(text[place]) ? 1 : 0);
    }

    private List<TextToken> MatchingTokens(string text, LexicalQuery query)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(query);
        HashSet<string> words = [];
        List<IReadOnlyList<PhrasePosition>> phrases = [];
        Collect(query, words, phrases);
        List<TextToken> tokens = [.. analyzer.Analyze(text)];
        HashSet<int> matching = [.. Enumerable.Range(0, tokens.Count).Where(i => words.Contains(tokens[i].Term))];
        if (phrases.Count > 0)
        {
            AddPhrases(tokens, phrases, matching);
        }

        return [.. matching.Order().Select(i => tokens[i])];
    }

    private void Collect(LexicalQuery query, HashSet<string> words, List<IReadOnlyList<PhrasePosition>> phrases)
    {
        switch (query)
        {
            case WordsQuery wanted:
                words.UnionWith(analyzer.Terms(wanted.Text));
                break;
            case PhraseQuery phrase:
                phrases.Add(PhrasePosition.Of(analyzer, phrase.Text));
                break;
            case BooleanQuery boolean:
                foreach (LexicalQuery part in boolean.Required.Concat(boolean.Wanted))
                {
                    Collect(part, words, phrases);
                }

                break;
        }
    }

    private static void AddPhrases(List<TextToken> tokens, List<IReadOnlyList<PhrasePosition>> phrases, HashSet<int> matching)
    {
        int position = 0;
        List<int> positions = [.. tokens.Select(token => position += token.PositionIncrement)];
        ILookup<int, int> at = Enumerable.Range(0, tokens.Count).ToLookup(i => positions[i]);
        foreach (IReadOnlyList<PhrasePosition> phrase in phrases)
        {
            foreach (int start in at.Select(group => group.Key))
            {
                int[][] found = [.. phrase.Select(word => at[start + word.Distance].Where(i => word.Forms.Contains(tokens[i].Term)).ToArray())];
                if (found.All(places => places.Length > 0))
                {
                    matching.UnionWith(found.SelectMany(places => places));
                }
            }
        }
    }
}
