using System.CommandLine;
using Akin.Search.Lexical;
using Akin.Search.Lexical.Analysis;

namespace Akin.Cli.Verbs;

/// <summary>The options of verbs that search by words.</summary>
internal sealed class Bm25Flags
{
    private const string DefaultAnalyzer = "multilingual";

    private static readonly Dictionary<string, Bm25Method> Methods = new(StringComparer.Ordinal)
    {
        ["lucene"] = Bm25Method.Lucene,
        ["lucene-byte"] = Bm25Method.LuceneStoredLength,
        ["robertson"] = Bm25Method.Robertson,
        ["atire"] = Bm25Method.Atire,
        ["bm25l"] = Bm25Method.Bm25L,
        ["bm25plus"] = Bm25Method.Bm25Plus,
    };

    private readonly Option<string?> _analyzer = SharedOptions.OneOf("--analyzer", $"With bm25 and hybrid: how texts are cut into terms, {DefaultAnalyzer} by default.", [.. TextAnalyzers.Names]);
    private readonly Option<string?> _method = SharedOptions.OneOf("--bm25", "With bm25 and hybrid: the form of the formula, lucene with exact lengths by default.", [.. Methods.Keys]);
    private readonly Option<double?> _k1 = new("--k1") { Description = "With bm25 and hybrid: how soon more occurrences of a term stop counting, 1.2 by default." };
    private readonly Option<double?> _b = new("--b") { Description = "With bm25 and hybrid: how much long documents are held back, 0 to 1, 0.75 by default." };

    public IReadOnlyList<Option> All => [_analyzer, _method, _k1, _b];

    /// <summary>Whether any of them is given.</summary>
    public bool AnyIn(ParseResult arguments) =>
        arguments.GetValue(_analyzer) is not null || arguments.GetValue(_method) is not null || arguments.GetValue(_k1) is not null || arguments.GetValue(_b) is not null;

    public Bm25Options Read(ParseResult arguments)
    {
        Bm25Options options = new()
        {
            Analyzer = TextAnalyzers.Named(arguments.GetValue(_analyzer) ?? DefaultAnalyzer),
            Method = Methods[arguments.GetValue(_method) ?? "lucene"],
        };
        options = options with { K1 = arguments.GetValue(_k1) ?? options.K1, B = arguments.GetValue(_b) ?? options.B };
        return options.K1 >= 0 && double.IsFinite(options.K1) && options.B is >= 0 and <= 1
            ? options
            : throw new CommandException($"--k1 must be 0 or more and --b from 0 to 1; they are {options.K1} and {options.B}.");
    }
}
