using System.CommandLine;
using Akin.Cli.Embeddings;
using Akin.Pipelines;
using Akin.Training.Evaluation;
using Akin.Training.FineTuning;

namespace Akin.Cli.Verbs;

/// <summary><c>akin model align</c>: a model that puts a text and its translation closer together.</summary>
internal sealed class ModelAlignVerb : Verb
{
    /// <summary>One row of so many is kept aside, to measure on.</summary>
    private const int RowsPerHeldOut = 10;

    private readonly Option<string?> _model = EncoderOptions.Model();
    private readonly Option<string> _input = new("--input", "-i")
    {
        Description = "Translations, thousands of rows: .jsonl, .csv or .tsv with a header, each also .gz; a column for each language.",
        Required = true,
    };
    private readonly Option<string> _columns = new("--columns") { Description = "The columns of the languages, as en,ko,zh: two or more.", Required = true };
    private readonly Option<string> _output = new("--output", "-o") { Description = "The folder to write the model to; made if it does not exist.", Required = true };
    private readonly Option<double> _shrinkage = TrainingOptions.Number("--shrinkage", 0.3, "How careful to be, above 0: with 0.1 languages fade most, with 3 the model hardly changes.");

    public ModelAlignVerb()
        : base(
            "align",
            "Make a model that finds texts across languages better: learn from translations what tells languages apart, and make it small.",
            "akin model align --model ./my-model --input translations.tsv --columns en,ko --output ./aligned",
            "akin model align --input translations.jsonl --columns en,ko,zh --shrinkage 1 --output ./aligned --json")
    {
        foreach (Option option in new Option[] { _model, _input, _columns, _output, _shrinkage })
        {
            Add(option);
        }
    }

    protected override void Execute(ParseResult arguments, CommandContext context)
    {
        double shrinkage = arguments.GetValue(_shrinkage);
        if (!(shrinkage > 0))
        {
            throw new CommandException($"--shrinkage {shrinkage} is not above 0.");
        }

        string[] columns = [.. arguments.GetRequiredValue(_columns).Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Distinct()];
        if (columns.Length < 2)
        {
            throw new CommandException($"--columns '{arguments.GetRequiredValue(_columns)}' names {columns.Length} column: translations need two or more, as en,ko.");
        }

        string[][] rows = [.. ExampleTable.Read(arguments.GetRequiredValue(_input), encoding: null).Select(row => (string[])[.. columns.Select(column => Text(row, column))])];
        SentenceTransformer model = ModelLoading.SentenceTransformer(context, DefaultModel.Or(arguments.GetValue(_model)));
        ILookup<bool, string[]> parts = rows.Select((row, index) => (row, index)).ToLookup(item => item.index % RowsPerHeldOut == RowsPerHeldOut - 1, item => item.row);
        string[][] learnt = [.. parts[false]], heldOut = [.. parts[true]];
        float[][] embeddings = EmbeddedTexts.Of(context, model, [.. columns.Select((_, language) => learnt.Select(row => row[language]).ToArray())]);
        EmbeddingMap map = EmbeddingMap.Aligning(embeddings, model.Dimension, shrinkage, context.Cancellation);
        SentenceTransformer aligned = model.Append(map);
        string output = arguments.GetRequiredValue(_output);
        aligned.SavePretrained(output, context.Cancellation);

        double before = FoundFirst(model, heldOut, columns.Length, context.Cancellation), after = FoundFirst(aligned, heldOut, columns.Length, context.Cancellation);
        if (context.Json)
        {
            JsonOutput.Write(context, new { Learnt = learnt.Length, HeldOut = heldOut.Length, AccuracyBefore = before, AccuracyAfter = after, Output = output });
        }
        else
        {
            context.Message($"Of {heldOut.Length:N0} texts that were not learnt from, the translation was found first {before:P1} of the time and is {after:P1}. Model in '{output}'.");
        }
    }

    private static string Text(ExampleRow row, string column) =>
        row.Text(column) is var text && !string.IsNullOrWhiteSpace(text) ? text : throw row.Error($"column '{column}' is blank; every text is needed in every language.");

    /// <summary>How often a text's nearest in the other language is its translation: the mean over the other languages and both directions.</summary>
    private static double FoundFirst(SentenceTransformer model, string[][] rows, int languages, CancellationToken cancellationToken)
    {
        return rows.Length == 0 ? 0 : Enumerable.Range(1, languages - 1).Average(Accuracy);

        double Accuracy(int language) =>
            new TranslationEvaluator([.. rows.Select(row => row[language])], [.. rows.Select(row => row[0])]).Evaluate(model, cancellationToken: cancellationToken).Primary;
    }
}
