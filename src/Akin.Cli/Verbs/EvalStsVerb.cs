using System.CommandLine;
using Akin.Datasets.Tasks;
using Akin.Pipelines;
using Akin.Training.Evaluation;

namespace Akin.Cli.Verbs;

/// <summary><c>akin eval sts</c>: whether the cosine of sentence pairs follows what people said of them (semantic textual similarity).</summary>
internal sealed class EvalStsVerb : Verb
{
    private readonly Option<string?> _model = EncoderOptions.Model();
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
        StsFile pairs = StsFile.Read(arguments.GetRequiredValue(_data));
        SentenceTransformer model = ModelLoading.SentenceTransformer(context, DefaultModel.Or(arguments.GetValue(_model)));
        EmbeddingSimilarityEvaluator evaluator = new(pairs.First, pairs.Second, pairs.Scores) { MainFunction = SimilarityFunction.Cosine };
        using ProgressReport report = context.Progress("Embedding", "sentences", 2 * pairs.Scores.Count);
        EvaluatorScores scores = evaluator.Evaluate(model, progress: report, cancellationToken: context.Cancellation);
        Print(context, pairs.Scores.Count, scores["spearman_cosine"], scores["pearson_cosine"]);
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
}
