using System.CommandLine;
using System.Globalization;
using Akin.Pipelines;
using Akin.Training.FineTuning;

namespace Akin.Cli.Verbs;

/// <summary><c>akin predict</c>: ask a fine-tuned model about the texts of a file.</summary>
internal sealed class PredictVerb : Verb
{
    private readonly Option<string> _model = new("--model", "-m") { Description = "The folder that akin train wrote, or any fine-tuned model by folder or hub name.", Required = true };
    private readonly Option<string> _input = new("--input", "-i") { Description = "The texts: .txt, .csv, .tsv or .jsonl, also .gz.", Required = true };
    private readonly Option<string> _text = new("--text") { Description = "The column of the text.", DefaultValueFactory = _ => "text" };
    private readonly Option<string?> _pair = new("--pair") { Description = "The column of the second text of a pair." };
    private readonly Option<int?> _maxLength = SharedOptions.Positive("--max-length", "Tokens of a text; longer ones are cut (what the model can take).");
    private readonly Option<string?> _encoding = new("--encoding") { Description = "What the file is written in, such as cp949 or gb18030 (UTF-8)." };

    public PredictVerb()
        : base(
            "predict",
            "Ask a fine-tuned model: a label and its score for every text, as TSV or with --json one object a line.",
            "akin predict --model ./topics --input questions.txt",
            "akin predict --model ./topics --input questions.csv --text question --json")
    {
        Add(_model);
        Add(_input);
        Add(_text);
        Add(_pair);
        Add(_maxLength);
        Add(_encoding);
    }

    protected override void Execute(ParseResult arguments, CommandContext context)
    {
        using DownloadReport download = new(context);
        TextClassificationPipeline pipeline = TextClassificationPipeline.FromPretrained(
            arguments.GetRequiredValue(_model), new TextClassificationOptions { MaxLength = arguments.GetValue(_maxLength) }, download, context.Cancellation);
        (string text, string? pair) = (arguments.GetRequiredValue(_text), arguments.GetValue(_pair));
        IEnumerable<(string, string?)> texts = ExampleTable.Read(arguments.GetRequiredValue(_input), arguments.GetValue(_encoding))
            .Select(row => (row.Text(text), pair is null ? null : row.Text(pair)));
        using ProgressReport progress = context.Progress("Predicting", "texts");
        long count = 0;
        if (!context.Json)
        {
            context.Output.WriteLine($"label\tscore");
        }

        foreach (TextClassification result in pipeline.Classify(texts, context.Cancellation))
        {
            Print(context, pipeline, result);
            progress.Report(++count);
        }
    }

    private static void Print(CommandContext context, TextClassificationPipeline pipeline, TextClassification result)
    {
        // Of several labels a text has those that are more likely than not.
        string[] labels = [.. result.Scores.Where(label => label.Score > 0.5f).Select(label => label.Label)];
        if (context.Json)
        {
            Dictionary<string, float> scores = result.Scores.ToDictionary(label => label.Label, label => label.Score);
            if (pipeline.IsMultiLabel)
            {
                JsonOutput.Write(context, new { Labels = labels, result.Label, result.Score, Scores = scores });
            }
            else
            {
                JsonOutput.Write(context, new { result.Label, result.Score, Scores = scores });
            }

            return;
        }

        string label = pipeline.IsMultiLabel ? string.Join('|', labels) : result.Label;
        context.Output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{label}\t{result.Score:F6}"));
    }
}
