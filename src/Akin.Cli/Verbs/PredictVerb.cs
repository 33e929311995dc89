using System.CommandLine;
using System.Text.Json.Nodes;
using Akin.Cli.Predictions;
using Akin.Hub;
using Akin.Models.Configuration;

namespace Akin.Cli.Verbs;

/// <summary><c>akin predict</c>: ask a fine-tuned model about the texts of a file; what it is asked depends on what it was fine-tuned for.</summary>
internal sealed class PredictVerb : Verb
{
    private readonly Option<string> _model = new("--model", "-m") { Description = "The folder that akin train wrote, or any fine-tuned model by folder or hub name.", Required = true };
    private readonly Option<string> _input = new("--input", "-i") { Description = "The texts: .txt, .csv, .tsv or .jsonl, also .gz; questions also as .json of SQuAD.", Required = true };
    private readonly Predictor[] _predictors;

    public PredictVerb()
        : base(
            "predict",
            "Ask a fine-tuned model: its answer for every text, as TSV or with --json one object a line.",
            "akin predict --model ./topics --input questions.txt",
            "akin predict --model ./topics --input questions.csv --text question --json",
            "akin predict --model ./korquad --input questions.jsonl --question question --context context --json")
    {
        PredictionOptions shared = new();
        _predictors =
        [
            new TextClassificationPredictor(shared), new TokenClassificationPredictor(shared), new QuestionAnsweringPredictor(shared), new MultipleChoicePredictor(shared),
            new FillMaskPredictor(shared),
        ];
        Add(_model);
        Add(_input);
        foreach (Option option in _predictors.SelectMany(predictor => predictor.Options).Distinct())
        {
            Add(option);
        }
    }

    protected override void Execute(ParseResult arguments, CommandContext context)
    {
        string model = arguments.GetRequiredValue(_model);
        using DownloadReport download = new(context);
        string folder = ModelHub.ResolveFolder(model, progress: download, cancellationToken: context.Cancellation);
        Predictor predictor = PredictorOf(model, ConfigReader.Open(folder));
        foreach (Option option in _predictors.SelectMany(other => other.Options).Except(predictor.Options))
        {
            if (arguments.GetResult(option) is { Implicit: false })
            {
                throw new CommandException($"{option.Name} does not go with '{model}', a model {predictor.ArchitectureSuffix}; it takes {string.Join(", ", predictor.Options.Select(own => own.Name))}.");
            }
        }

        IEnumerable<PredictedRow> rows = predictor.Predict(folder, arguments.GetRequiredValue(_input), arguments, context.Cancellation);
        using ProgressReport progress = context.Progress("Predicting", predictor.Unit);
        long count = 0;
        if (!context.Json)
        {
            context.Output.WriteLine(string.Join('\t', predictor.Columns));
        }

        foreach (PredictedRow row in rows)
        {
            if (context.Json)
            {
                JsonOutput.Write(context, row.Json);
            }
            else
            {
                context.Output.WriteLine(string.Join('\t', row.Cells.Select(Cell)));
            }

            progress.Report(++count);
        }
    }

    private Predictor PredictorOf(string model, ConfigReader config)
    {
        string[] architectures = config.Json["architectures"] is JsonArray names ? [.. names.Select(name => name?.ToString() ?? "null")] : [];
        return _predictors.FirstOrDefault(predictor => architectures.Any(name => name.EndsWith(predictor.ArchitectureSuffix, StringComparison.Ordinal)))
            ?? throw new CommandException(
                $"'{model}' was not fine-tuned for anything that akin predict knows: architectures in config.json is {(architectures.Length == 0 ? "absent" : string.Join(", ", architectures))}; "
                + $"known are {string.Join(", ", _predictors.Select(predictor => "…" + predictor.ArchitectureSuffix))}.");
    }

    // A row stays one line whatever a text holds.
    private static string Cell(string text) => text.ReplaceLineEndings(" ").Replace('\t', ' ');
}
