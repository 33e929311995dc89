using System.CommandLine;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Akin.Pipelines;
using Akin.Training.FineTuning;

namespace Akin.Cli.Verbs;

/// <summary><c>akin run</c>: a task by its name on one text or on every text of a file, with the options and results of Python's pipelines.</summary>
internal sealed class RunVerb : Verb
{
    /// <summary>Options that may stand alone, before a text.</summary>
    private static readonly string[] Flags = ["multi_label", "handle_impossible_answer", "align_to_words", "return_full_text", "truncation", "do_sample"];

    private static readonly JsonSerializerOptions Format = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly Argument<string?> _task = new("task") { Description = "The task, such as ner; --list names all.", Arity = ArgumentArity.ZeroOrOne };
    private readonly Argument<string?> _text = new("text") { Description = "The text; in question-answering the question.", Arity = ArgumentArity.ZeroOrOne };
    private readonly Option<string?> _model = new("--model", "-m") { Description = "A model by folder or hub name." };
    private readonly Option<string?> _pair = new("--pair") { Description = "The second text; in question-answering the context." };
    private readonly Option<string?> _input = new("--input", "-i") { Description = "Texts of a file instead: .txt, .csv, .tsv or .jsonl, also .gz." };
    private readonly Option<string> _textColumn = new("--text-column") { Description = "The column of the text.", DefaultValueFactory = _ => "text" };
    private readonly Option<string?> _pairColumn = new("--pair-column") { Description = "The column of the second text." };
    private readonly Option<string?> _encoding = new("--encoding") { Description = "What the file is written in, such as cp949 or gb18030 (UTF-8)." };
    private readonly Option<bool> _list = new("--list") { Description = "Show the tasks and their options; with --model those that the model is for." };
    private readonly Dictionary<string, Option> _options;

    public RunVerb()
        : base(
            "run",
            "Run a task on a text or on a file of them, as Python's pipelines do: TSV, or with --json what they return.",
            "akin run ner --model ./ner --aggregation-strategy simple \"Jimin Park works for Hanul in Busan.\" --json",
            "akin run summarization --model ./kobart-summary --input articles.txt --num-beams 4 --json",
            "akin run --list --model ./topics")
    {
        Add(_task);
        Add(_text);
        foreach (Option option in (ReadOnlySpan<Option>)[_model, _pair, _input, _textColumn, _pairColumn, _encoding, _list])
        {
            Add(option);
        }

        _options = Pipeline.Tasks.SelectMany(task => task.Options).Distinct().Order(StringComparer.Ordinal).ToDictionary(name => name, TaskOption);
        foreach (Option option in _options.Values)
        {
            Add(option);
        }
    }

    protected override void Execute(ParseResult arguments, CommandContext context)
    {
        if (arguments.GetValue(_list))
        {
            List(arguments, context);
            return;
        }

        string task = arguments.GetValue(_task) ?? throw new CommandException("Name a task, such as ner; akin run --list shows all.");
        _ = PipelineTask.Find(task);
        string model = arguments.GetValue(_model) ?? throw new CommandException("Name a model with --model: a folder, or a name on the hub.");
        (string? text, string? input) = (arguments.GetValue(_text), arguments.GetValue(_input));
        if ((text is null) == (input is null))
        {
            throw new CommandException("Give either a text or a file of texts with --input.");
        }

        JsonObject options = [];
        foreach ((string name, Option option) in _options)
        {
            if (arguments.GetResult(option) is { Implicit: false } result)
            {
                options[name] = result.Tokens.Count == 0 ? "true" : result.Tokens[^1].Value; // a flag may stand alone
            }
        }

        using DownloadReport download = new(context);
        Pipeline pipeline = Pipeline.Create(task, model, options, progress: download, cancellationToken: context.Cancellation);
        if (text is not null)
        {
            Write(context, pipeline.Run(text, arguments.GetValue(_pair), context.Cancellation), row: null, isFirst: true);
            return;
        }

        (string textColumn, string? pairColumn) = (arguments.GetRequiredValue(_textColumn), arguments.GetValue(_pairColumn));
        using ProgressReport progress = context.Progress("Running", "texts");
        long count = 0;
        foreach (JsonNode result in pipeline.Run(
            ExampleTable.Read(input!, arguments.GetValue(_encoding)).Select(row => (row.Text(textColumn), pairColumn is null ? null : row.Text(pairColumn))), context.Cancellation))
        {
            Write(context, result, ++count, isFirst: count == 1);
            progress.Report(count);
        }
    }

    private static Option TaskOption(string name)
    {
        string flag = "--" + name.Replace('_', '-');
        string description = $"For {string.Join(", ", Pipeline.Tasks.Where(task => task.Options.Contains(name)).Select(task => task.Name))}.";
        return Flags.Contains(name) ? new Option<bool?>(flag) { Description = description } : new Option<string?>(flag) { Description = description };
    }

    private void List(ParseResult arguments, CommandContext context)
    {
        IReadOnlyList<string> names = arguments.GetValue(_model) is { } model ? Pipeline.TasksOf(model, context.Cancellation) : [.. Pipeline.Tasks.Select(task => task.Name)];
        foreach (PipelineTask task in Pipeline.Tasks.Where(task => names.Contains(task.Name)))
        {
            if (context.Json)
            {
                JsonOutput.Write(context, new { Task = task.Name, task.Aliases, task.Description, Pair = task.Pair != PairUse.None, task.Options });
            }
            else
            {
                context.Output.WriteLine(string.Join('\t', [string.Join(", ", task.Aliases.Prepend(task.Name)), task.Description, string.Join(' ', task.Options.Select(name => "--" + name.Replace('_', '-')))]));
            }
        }
    }

    private static void Write(CommandContext context, JsonNode result, long? row, bool isFirst)
    {
        if (context.Json)
        {
            context.Output.WriteLine(result.ToJsonString(Format));
            return;
        }

        JsonNode?[] items = [.. Items(result)];
        string[] first = row is null ? [] : [$"{row}"];
        if (isFirst && items.FirstOrDefault() is JsonObject fields)
        {
            context.Output.WriteLine(string.Join('\t', [.. row is null ? (string[])[] : ["row"], .. fields.Select(field => field.Key)]));
        }

        foreach (JsonNode? item in items)
        {
            context.Output.WriteLine(string.Join('\t', [.. first, .. item is JsonObject cells ? cells.Select(cell => Cell(cell.Value)) : [Cell(item)]]));
        }
    }

    /// <summary>The objects or numbers of a result, whatever lists they stand in.</summary>
    private static IEnumerable<JsonNode?> Items(JsonNode? result) =>
        result is JsonArray items && items.Any(item => item is JsonArray or JsonObject) ? items.SelectMany(Items) : [result];

    // A row stays one line whatever a text holds.
    private static string Cell(JsonNode? value) => value switch
    {
        null => "",
        JsonArray items => string.Join(", ", items.Select(Cell)),
        _ => value.ToString().ReplaceLineEndings(" ").Replace('\t', ' '),
    };
}
