namespace Akin.Search.Lexical.Queries;

/// <summary>Reads queries: alternatives (OR) of conjunctions (AND) of clauses side by side; a clause is a word, a phrase or a bracket, with + or - or NOT before it.</summary>
internal sealed class QueryParser
{
    // A bracket costs a call: a query of nothing but brackets must not end the process.
    private const int DeepestBracket = 64;

    private readonly string _text;
    private int _at;
    private int _depth;

    private QueryParser(string text) => _text = text;

    private enum Occurrence
    {
        Wanted,
        Required,
        Excluded,
    }

    public static LexicalQuery Parse(string text)
    {
        QueryParser parser = new(text);
        LexicalQuery query = parser.Alternatives();
        if (!parser.IsAtEnd)
        {
            throw parser.Error("this bracket was not opened");
        }

        return query is not BooleanQuery { Required: [], Wanted: [] } ? query : throw parser.Error("it says only what must not be there", 0);
    }

    private bool IsAtEnd
    {
        get
        {
            while (_at < _text.Length && char.IsWhiteSpace(_text[_at]))
            {
                _at++;
            }

            return _at == _text.Length;
        }
    }

    private LexicalQuery Alternatives()
    {
        List<LexicalQuery> alternatives = [Conjunction()];
        while (Take("OR"))
        {
            alternatives.Add(Conjunction());
        }

        return alternatives.Count == 1 ? alternatives[0] : new BooleanQuery([], alternatives, []);
    }

    private LexicalQuery Conjunction()
    {
        List<LexicalQuery> required = [], excluded = [];
        do
        {
            // NOT behind AND takes away from what is there.
            LexicalQuery part = Clauses();
            if (part is BooleanQuery { Required: [], Wanted: [], Excluded: var without })
            {
                excluded.AddRange(without);
            }
            else
            {
                required.Add(part);
            }
        }
        while (Take("AND"));

        return required.Count == 1 && excluded.Count == 0 ? required[0] : new BooleanQuery(required, [], excluded);
    }

    private LexicalQuery Clauses()
    {
        List<LexicalQuery> required = [], wanted = [], excluded = [];
        int start = _at;
        while (!IsAtEnd && _text[_at] != ')' && !IsNext("OR") && !IsNext("AND"))
        {
            Occurrence occurrence = Sign();
            LexicalQuery clause = Clause();
            (occurrence switch
            {
                Occurrence.Required => required,
                Occurrence.Excluded => excluded,
                _ => wanted,
            }).Add(clause);
        }

        if (required.Count == 0 && excluded.Count == 0)
        {
            if (wanted.Count == 0 && _text.Length > 0 && !string.IsNullOrWhiteSpace(_text))
            {
                throw Error("something to look for is missing here");
            }

            // Words alone are one question; as such they are searched fastest.
            return wanted.All(clause => clause is WordsQuery) ? new WordsQuery(_text[start.._at].Trim())
                : wanted.Count == 1 ? wanted[0]
                : new BooleanQuery([], wanted, []);
        }

        return new BooleanQuery(required, wanted, excluded);
    }

    private Occurrence Sign()
    {
        if (Take("NOT"))
        {
            return Occurrence.Excluded;
        }

        // A sign belongs to what stands right behind it; alone it is a dash.
        if (_at + 1 < _text.Length && !char.IsWhiteSpace(_text[_at + 1]) && _text[_at] is '+' or '-')
        {
            return _text[_at++] == '+' ? Occurrence.Required : Occurrence.Excluded;
        }

        return Occurrence.Wanted;
    }

    private LexicalQuery Clause()
    {
        if (IsAtEnd)
        {
            throw Error("something to look for is missing here");
        }

        int start = _at;
        switch (_text[_at])
        {
            case '(':
                if (++_depth > DeepestBracket)
                {
                    throw Error($"brackets are more than {DeepestBracket} deep");
                }

                _at++;
                LexicalQuery inner = Alternatives();
                if (IsAtEnd)
                {
                    throw Error("a bracket is not closed", start);
                }

                _depth--;
                _at++;
                return inner;
            case ')':
                throw Error("something to look for is missing here");
            case '"':
                int end = _text.IndexOf('"', _at + 1);
                if (end < 0)
                {
                    throw Error("a quotation mark is not closed", start);
                }

                _at = end + 1;
                return new PhraseQuery(_text[(start + 1)..end]);
            default:
                while (_at < _text.Length && !char.IsWhiteSpace(_text[_at]) && _text[_at] is not ('"' or '(' or ')'))
                {
                    _at++;
                }

                return new WordsQuery(_text[start.._at]);
        }
    }

    private bool Take(string keyword)
    {
        if (!IsNext(keyword))
        {
            return false;
        }

        _at += keyword.Length;
        return true;
    }

    private bool IsNext(string keyword) =>
        !IsAtEnd && string.CompareOrdinal(_text, _at, keyword, 0, keyword.Length) == 0
        && (_at + keyword.Length == _text.Length || char.IsWhiteSpace(_text[_at + keyword.Length]) || _text[_at + keyword.Length] is '(' or ')' or '"');

    private LexicalQueryException Error(string problem, int? position = null) => new(_text, position ?? _at, problem);
}
