using System.CommandLine;
using System.Globalization;
using Akin.Datasets;
using Akin.Pipelines;
using Akin.Training.Evaluation;

namespace Akin.Cli.Verbs;

/// <summary><c>akin eval sts</c>: whether the cosine of sentence pairs follows what people said of them (semantic textual similarity).</summary>
internal sealed class EvalStsVerb : Verb
{
    private readonly Option<string> _model = EncoderOptions.Model();
    private readonly Option<string> _data = new("--data", "-d")
    {
        Description = "A .tsv or .csv file, also .gz, with a header that names sentence1, sentence2 and score; quotes in .tsv are text.",
        Required = true,
    };

    public EvalStsVerb()
        : base(
            "sts",
            "Correlate the cosine of sentence pairs with people's scores (Spearman and Pearson, as fractions).",
            "akin eval sts --model ./all-MiniLM-L6-v2 --data sts-test.tsv",
            "akin eval sts --model ./all-MiniLM-L6-v2 --data sts-test.tsv.gz --json")
    {
        Add(_model);
        Add(_data);
    }

    protected override void Execute(ParseResult arguments, CommandContext context)
    {
        List<string> first = [], second = [];
        List<double> gold = [];
        string path = arguments.GetRequiredValue(_data);
        foreach (DelimitedRow row in DelimitedFile.Read(path))
        {
            first.Add(row["sentence1"]);
            second.Add(row["sentence2"]);
            gold.Add(Score(path, row));
        }

        if (gold.Count < 2)
        {
            throw new DataFormatException(path, 0, "there is one pair; a correlation needs two or more.");
        }

        SentenceTransformer model = ModelLoading.SentenceTransformer(context, arguments.GetRequiredValue(_model));
        EmbeddingSimilarityEvaluator evaluator = new(first, second, gold) { MainFunction = SimilarityFunction.Cosine };
        using ProgressReport report = context.Progress("Embedding", "sentences", 2 * gold.Count);
        EvaluatorScores scores = evaluator.Evaluate(model, progress: report, cancellationToken: context.Cancellation);
        Print(context, gold.Count, scores["spearman_cosine"], scores["pearson_cosine"]);
    }

    private static void Print(CommandContext context, int pairs, double spearman, double pearson)
    {
        if (context.Json)
        {
            // JSON has no NaN: where all scores or all cosines are equal there is no correlation.
            JsonOutput.Write(context, new { Pairs = pairs, SpearmanCosine = Finite(spearman), PearsonCosine = Finite(pearson) });
            return;
        }

        context.Output.WriteLine($"{pairs:N0} pairs: Spearman {spearman:F4}, Pearson {pearson:F4}");
    }

    private static double? Finite(double value) => double.IsFinite(value) ? value : null;

    private static double Score(string path, DelimitedRow row) =>
        double.TryParse(row["score"], NumberStyles.Float, CultureInfo.InvariantCulture, out double score) && double.IsFinite(score)
            ? score
            : throw new DataFormatException(InputFile.DisplayName(path), row.Line, $"the score '{row["score"]}' is not a number.");
}
