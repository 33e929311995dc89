using System.CommandLine;
using System.Diagnostics;
using Akin.Datasets;
using Akin.Models.Checkpoints;
using Akin.Pipelines;
using Akin.Training.FineTuning;
using Akin.Training.Mining;

namespace Akin.Cli.Verbs;

/// <summary><c>akin mine</c>: hard negatives for pairs of queries and answers.</summary>
internal sealed class MineVerb : Verb
{
    private readonly Option<string> _input = new("--input", "-i")
    {
        Description = "Pairs: .jsonl, .csv or .tsv with a header, each also .gz. A query with several answers stands in several rows.",
        Required = true,
    };
    private readonly Option<string> _output = new("--output", "-o")
    {
        Description = "Where the rows go: .jsonl. The file appears when it is whole.",
        Required = true,
    };
    private readonly Option<string?> _model = new("--model", "-m") { Description = "The model that proposes negatives: a folder, or a name on the hub. By default the model that comes with akin." };
    private readonly Option<string?> _source = SharedOptions.OneOf("--source", "Who proposes negatives, model by default: texts near to the query, texts that share words with it, or any.", "model", "bm25", "random");
    private readonly Option<string> _anchor = new("--anchor") { Description = "The column of the queries, anchor by default.", DefaultValueFactory = _ => "anchor" };
    private readonly Option<string> _positive = new("--positive") { Description = "The column of the answers, positive by default.", DefaultValueFactory = _ => "positive" };
    private readonly Option<string?> _corpus = new("--corpus") { Description = "Texts that may become negatives besides all the answers: .txt, .jsonl, .csv or .tsv, as for akin embed." };
    private readonly Option<int?> _negatives = SharedOptions.Positive("--negatives", "Negatives of a query, 3 by default.");
    private readonly Option<int?> _rangeMin = new("--range-min") { Description = "How many of the best candidates to pass over, 0 by default.", HelpName = "N" };
    private readonly Option<int?> _rangeMax = SharedOptions.Positive("--range-max", "How many of the best candidates to look at; by default as many as are likely to be needed.");
    private readonly Option<float?> _maxScore = new("--max-score") { Description = "Pass over candidates with a higher score.", HelpName = "S" };
    private readonly Option<float?> _minScore = new("--min-score") { Description = "Pass over candidates with a lower score.", HelpName = "S" };
    private readonly Option<float?> _margin = new("--margin") { Description = "By how much a negative's score must be below that of the worst answer.", HelpName = "S" };
    private readonly Option<float?> _relativeMargin = new("--relative-margin") { Description = "The same as a share of the answer's score: 0.05 is 5 %.", HelpName = "SHARE" };
    private readonly Option<string?> _crossEncoder = new("--cross-encoder")
    {
        Description = "A cross-encoder, folder or name on the hub, that scores candidates and answers again before --margin, --relative-margin and --max-score are applied.",
    };
    private readonly Option<string?> _sampling = SharedOptions.OneOf("--sampling", "Which candidates to take, top by default.", "top", "random");
    private readonly Option<int> _seed = new("--seed") { Description = "For --sampling random and --source random, 42 by default.", DefaultValueFactory = _ => 42 };
    private readonly Option<bool> _includePositives = new("--include-positives") { Description = "Let answers be among the negatives, to evaluate re-rankers on." };
    private readonly Option<string?> _format = SharedOptions.OneOf("--format", "The columns of the rows, triplet by default.", "triplet", "n-tuple", "n-tuple-scores", "labeled-pair", "labeled-list");
    private readonly Option<bool> _scores = new("--scores") { Description = "Give scores too (of labels, instead)." };

    public MineVerb()
        : base(
            "mine",
            "Find hard negatives for pairs of queries and answers: texts that look like answers and are none.",
            "akin mine --model ./my-model --input pairs.jsonl --output triplets.jsonl",
            "akin mine --source bm25 --input pairs.jsonl --corpus corpus.jsonl --negatives 1 --output triplets.jsonl",
            "akin mine --model ./my-model --input pairs.tsv --anchor question --positive answer --relative-margin 0.05 --format n-tuple-scores --output mined.jsonl --json")
    {
        foreach (Option option in new Option[]
        {
            _input, _output, _model, _source, _anchor, _positive, _corpus, _negatives, _rangeMin, _rangeMax, _maxScore, _minScore, _margin, _relativeMargin, _crossEncoder, _sampling,
            _seed, _includePositives, _format, _scores,
        })
        {
            Add(option);
        }
    }

    protected override void Execute(ParseResult arguments, CommandContext context)
    {
        string output = arguments.GetRequiredValue(_output);
        if (TextRecords.Format(output) != TextFormat.JsonLines || output.EndsWith(".gz", StringComparison.OrdinalIgnoreCase))
        {
            throw new CommandException($"'{output}' cannot be written: mined rows are written as .jsonl.");
        }

        HardNegativeOptions options = LimitsOf(arguments);
        (string, string)[] pairs = [.. ExampleTable.Read(arguments.GetRequiredValue(_input), encoding: null).Select(row => (Text(row, options.AnchorColumn), Text(row, options.PositiveColumn)))];
        string[] corpus = arguments.GetValue(_corpus) is { } file ? [.. TextRecords.Read(file).Select(record => record.FullText).Where(text => text.Length > 0)] : [];
        INegativeSource source = Source(arguments, context);
        CrossEncoder? judge = Judge(arguments, context, options);
        long start = Stopwatch.GetTimestamp();
        MinedNegatives mined;
        using (ProgressReport report = context.Progress("Mining", "texts"))
        {
            mined = HardNegatives.Mine(pairs, source, options, corpus, judge, report, context.Cancellation);
        }

        long rows = 0;
        string format = arguments.GetValue(_format) ?? "triplet";
        AtomicFile.Write(output, stream => rows = MinedRows.WriteJsonLines(stream, mined.Rows(FormatOf(format), arguments.GetValue(_scores) || format == "n-tuple-scores")));
        Print(context, pairs.Length, mined, rows, output, Stopwatch.GetElapsedTime(start).TotalSeconds);
    }

    private static NegativeFormat FormatOf(string name) => name switch
    {
        "triplet" => NegativeFormat.Triplet,
        "labeled-pair" => NegativeFormat.LabeledPair,
        "labeled-list" => NegativeFormat.LabeledList,
        _ => NegativeFormat.NTuple,
    };

    private static string Text(ExampleRow row, string column) =>
        row.Text(column) is var text && !string.IsNullOrWhiteSpace(text) ? text : throw row.Error($"column '{column}' is blank; a pair needs two texts.");

    private static void Print(CommandContext context, int pairs, MinedNegatives mined, long rows, string output, double seconds)
    {
        if (context.Json)
        {
            JsonOutput.Write(context, new
            {
                Pairs = pairs,
                Queries = mined.Queries.Count,
                Negatives = mined.FoundCount,
                Missing = mined.MissingCount,
                mined.Skipped,
                Rows = rows,
                Output = output,
                Seconds = seconds,
            });
            return;
        }

        context.Message($"{mined.FoundCount:N0} negatives for {mined.Queries.Count:N0} queries, {rows:N0} rows in '{output}' ({seconds:F1} s).");
        foreach ((string limit, long count) in mined.Skipped)
        {
            context.Message($"{limit} ruled out {count:N0} candidates.");
        }

        if (mined.MissingCount > 0)
        {
            context.Message($"{mined.MissingCount:N0} negatives were not found: look at more candidates with --range-max, give more texts with --corpus, or loosen the limits.");
        }
    }

    private INegativeSource Source(ParseResult arguments, CommandContext context)
    {
        return arguments.GetValue(_source) switch
        {
            "bm25" => new Bm25Negatives(),
            "random" => new RandomNegatives(arguments.GetValue(_seed)),
            _ => new ModelNegatives(ModelLoading.SentenceTransformer(context, DefaultModel.Or(arguments.GetValue(_model)))),
        };
    }

    private CrossEncoder? Judge(ParseResult arguments, CommandContext context, HardNegativeOptions options) => arguments.GetValue(_crossEncoder) switch
    {
        null => null,
        _ when options is { AbsoluteMargin: null, RelativeMargin: null, MaxScore: null } =>
            throw new CommandException("--cross-encoder has nothing to do: say --margin, --relative-margin or --max-score too."),
        string model => CrossEncoderFlags.Load(context, model, new CrossEncoderOptions()),
    };

    private HardNegativeOptions LimitsOf(ParseResult arguments) => new()
    {
        AnchorColumn = arguments.GetRequiredValue(_anchor),
        PositiveColumn = arguments.GetRequiredValue(_positive),
        NegativeCount = arguments.GetValue(_negatives) ?? 3,
        RangeMin = arguments.GetValue(_rangeMin) ?? 0,
        RangeMax = arguments.GetValue(_rangeMax),
        MaxScore = arguments.GetValue(_maxScore),
        MinScore = arguments.GetValue(_minScore),
        AbsoluteMargin = arguments.GetValue(_margin),
        RelativeMargin = arguments.GetValue(_relativeMargin),
        Sampling = arguments.GetValue(_sampling) == "random" ? NegativeSampling.Random : NegativeSampling.Top,
        Seed = arguments.GetValue(_seed),
        IncludePositives = arguments.GetValue(_includePositives),
    };
}
