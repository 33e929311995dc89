using System.Security.Cryptography;
using System.Text;
using Akin.Search.Lexical.Analysis;

namespace Akin.Search.Lexical;

/// <summary>What of the documents is searched by words, and how it is weighed.</summary>
/// <remarks>Weights of fields are those of BM25F (Robertson, Zaragoza and Taylor 2004): a word in a field of weight 2 counts as two occurrences, and the length likewise.</remarks>
public sealed record LexicalOptions
{
    // Fields weigh in hundredths.
    private const int WeightUnit = 100;

    // Words of every script: two analysers that cut them alike are taken for the same.
    private const string Probe =
        "The quick engineers' cars weren't running; e-mail O'Neil's 1,299.99 U.S. naïve İstanbul größere ＡＢＣ ｶﾞ 東京タワーに行きました 密码的重置和环境 서울특별시의 발표했습니다 2026년 AI를 ภาษาไทย 👩‍💻";

    /// <summary>The formula, its weights and the analyser. Default: Lucene's form with exact lengths, k1 1.2, b 0.75, the multilingual analyser.</summary>
    public Bm25Options Scoring { get; init; } = new() { Analyzer = TextAnalyzers.Default };

    /// <summary>The fields; title and text alike by default.</summary>
    public IReadOnlyList<LexicalField> Fields { get; init; } = [new("title"), new("text")];

    /// <summary>Weights as whole numbers of the largest unit that fits all of them.</summary>
    internal int[] UnitWeights()
    {
        int unit = Unit();
        return [.. Fields.Select(field => Hundredths(field) / unit)];
    }

    /// <summary>How many units an occurrence of weight 1 is.</summary>
    internal double UnitsPerOccurrence => (double)WeightUnit / Unit();

    /// <summary>Throws unless the options make sense.</summary>
    /// <exception cref="ArgumentException">No fields, an unknown or repeated one, or a weight out of its bounds.</exception>
    internal void Check()
    {
        Scoring.Check();
        if (Fields.Count == 0)
        {
            throw new ArgumentException("There are no fields to search.", nameof(Fields));
        }

        foreach (LexicalField field in Fields)
        {
            if (!(field.Name is DocumentFields.Title or DocumentFields.Text || (field.Name.StartsWith(DocumentFields.MetadataPrefix, StringComparison.Ordinal) && field.Name.Length > DocumentFields.MetadataPrefix.Length)))
            {
                throw new ArgumentException($"There is no field '{field.Name}': there are {DocumentFields.Title}, {DocumentFields.Text} and {DocumentFields.MetadataPrefix}NAME.", nameof(Fields));
            }

            if (!(field.Weight is >= 0.01 and <= 100) || Math.Abs(field.Weight * WeightUnit - Hundredths(field)) > 1e-6)
            {
                throw new ArgumentException($"The weight of '{field.Name}' is {field.Weight}; it must be 0.01 to 100 in steps of 0.01.", nameof(Fields));
            }
        }

        if (Fields.Select(field => field.Name).Distinct().Count() < Fields.Count)
        {
            throw new ArgumentException("A field is named twice.", nameof(Fields));
        }
    }

    /// <summary>Tells postings made with other fields or another analyser: 16 hexadecimal digits. The formula may change without making them anew.</summary>
    internal string Fingerprint()
    {
        ITextAnalyzer analyzer = Scoring.Analyzer;
        StringBuilder words = new();
        words.Append(analyzer.GetType().FullName).Append('\n').Append(Scoring.Method == Bm25Method.LuceneStoredLength).Append('\n');
        words.AppendJoin('\n', Fields.Select(field => $"{field.Name} {Hundredths(field)}")).Append('\n');
        words.AppendJoin('\n', analyzer.Analyze(Probe));
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(words.ToString())).AsSpan(0, 8));
    }

    private static int Hundredths(LexicalField field) => (int)Math.Round(field.Weight * WeightUnit);

    private int Unit() => Fields.Select(Hundredths).Append(WeightUnit).Aggregate(static (left, right) =>
    {
        while (right != 0)
        {
            (left, right) = (right, left % right);
        }

        return left;
    });
}
