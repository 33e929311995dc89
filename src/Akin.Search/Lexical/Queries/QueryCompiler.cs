using System.Text;
using Akin.Search.Lexical.Analysis;
using Akin.Search.Lexical.Postings;

namespace Akin.Search.Lexical.Queries;

/// <summary>Makes matchers of queries for one segment.</summary>
internal sealed class QueryCompiler(LexicalSnapshot snapshot, LexicalOptions options)
{
    /// <summary>The matcher of a query; null when nothing can match.</summary>
    public Matcher? Compile(LexicalQuery query, Segment segment) => query switch
    {
        WordsQuery words => Words(words.Text, segment),
        PhraseQuery phrase => Phrase(phrase.Text, segment),
        BooleanQuery boolean => Boolean(boolean, segment),
        _ => throw new ArgumentException($"A {query.GetType().Name} is no query of this index.", nameof(query)),
    };

    /// <summary>What every document scores, matching or not: some forms of BM25 give something for terms that are not there.</summary>
    public double Floor(LexicalQuery query) => query switch
    {
        WordsQuery words => Weighted(words.Text).Sum(term => snapshot.Formula.Base(term.Weight)),
        PhraseQuery phrase => snapshot.Formula.Base(Weighted(phrase.Text).Sum(term => term.Weight)),
        BooleanQuery boolean => boolean.Required.Concat(boolean.Wanted).Sum(Floor),
        _ => 0,
    };

    public IReadOnlyList<WeightedTerm> Weighted(string text) => WeightedTerm.Of(snapshot, options.Scoring.Analyzer.Terms(text));

    private AnyMatcher Words(string text, Segment segment)
    {
        List<Matcher> parts = [];
        foreach (WeightedTerm term in Weighted(text))
        {
            if (Cursor(term.Bytes, segment) is { } cursor)
            {
                parts.Add(new TermMatcher(snapshot, cursor, term.Weight));
            }
        }

        return new AnyMatcher(parts);
    }

    /// <summary>A word that must be there: where the analyser cuts it into several, all of them; of forms at one position, any.</summary>
    private AllMatcher? AllWords(string text, Segment segment)
    {
        Dictionary<string, double> weights = Weighted(text).ToDictionary(term => Encoding.UTF8.GetString(term.Bytes), term => term.Weight);
        List<Matcher> positions = [];
        foreach ((_, List<string> forms) in PhrasePosition.Of(options.Scoring.Analyzer, text))
        {
            List<Matcher> parts = [];
            foreach (string form in forms)
            {
                if (weights.TryGetValue(form, out double weight) && Cursor(Encoding.UTF8.GetBytes(form), segment) is { } cursor)
                {
                    parts.Add(new TermMatcher(snapshot, cursor, weight));
                }
            }

            positions.Add(new AnyMatcher(parts));
        }

        return positions.Count == 0 ? null : new AllMatcher(positions, [], []);
    }

    private PhraseMatcher? Phrase(string text, Segment segment)
    {
        List<PhraseMatcher.Word> words = [];
        foreach ((int distance, List<string> forms) in PhrasePosition.Of(options.Scoring.Analyzer, text))
        {
            PostingsCursor[] cursors = [.. forms.Select(form => Cursor(Encoding.UTF8.GetBytes(form), segment)).OfType<PostingsCursor>()];
            if (cursors.Length == 0)
            {
                return null;
            }

            words.Add(new PhraseMatcher.Word(distance, cursors));
        }

        return words.Count == 0 ? null : new PhraseMatcher(snapshot, words, (int)Math.Round(options.UnitsPerOccurrence), Weighted(text).Sum(term => term.Weight));
    }

    private AllMatcher? Boolean(BooleanQuery query, Segment segment)
    {
        List<Matcher> required = [];
        foreach (LexicalQuery part in query.Required)
        {
            // What the analyser leaves nothing of (a stop word, a sign) demands nothing.
            if (IsEmpty(part))
            {
                continue;
            }

            if ((part is WordsQuery words && !words.Text.Any(char.IsWhiteSpace) ? AllWords(words.Text, segment) : Compile(part, segment)) is not { } matcher)
            {
                return null;
            }

            required.Add(matcher);
        }

        Matcher[] wanted = Compiled(query.Wanted, segment), excluded = Compiled(query.Excluded, segment);
        return required.Count > 0 ? new AllMatcher(required, wanted, excluded)
            : wanted.Length > 0 ? new AllMatcher([new AnyMatcher(wanted)], [], excluded)
            : null;
    }

    private Matcher[] Compiled(IReadOnlyList<LexicalQuery> queries, Segment segment) =>
        [.. queries.Select(query => Compile(query, segment)).OfType<Matcher>()];

    private bool IsEmpty(LexicalQuery query) => query switch
    {
        WordsQuery words => !options.Scoring.Analyzer.Analyze(words.Text).Any(),
        PhraseQuery phrase => !options.Scoring.Analyzer.Analyze(phrase.Text).Any(),
        _ => false,
    };

    private static PostingsCursor? Cursor(ReadOnlySpan<byte> term, Segment segment) =>
        segment.Find(term) is >= 0 and int place ? new PostingsCursor(segment, segment.Entry(place)) : null;
}
