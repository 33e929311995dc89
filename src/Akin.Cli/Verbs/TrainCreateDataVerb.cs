using System.CommandLine;
using Akin.Training.PreTraining;

namespace Akin.Cli.Verbs;

/// <summary><c>akin train create-data</c>: make the examples of BERT's pre-training.</summary>
internal sealed class TrainCreateDataVerb : Verb
{
    private static readonly PreTrainingDataOptions Defaults = new() { Model = "", Input = "", Output = "" };

    private readonly Option<string?> _model = new("--model", "-m") { Description = "The model whose tokenizer is used: a folder, or its name on the hub; by default the model that comes with akin." };
    private readonly Option<string> _input = new("--input", "-i") { Description = "The texts: a sentence a line, an empty line between documents; also .gz.", Required = true };
    private readonly Option<string> _output = new("--output", "-o") { Description = "The folder for the examples, as Python's load_from_disk reads it.", Required = true };
    private readonly Option<int?> _maxLength = SharedOptions.Positive("--max-length", $"Tokens of an example ({Defaults.MaxLength}).");
    private readonly Option<int?> _maxPredictions = SharedOptions.Positive("--max-predictions", $"The most masked tokens of an example ({Defaults.MaxPredictions}).");
    private readonly Option<double> _mask = TrainingOptions.Number("--mask", Defaults.MaskProbability, "The share of tokens that are masked.");
    private readonly Option<bool> _wholeWords = new("--whole-words") { Description = "Mask whole words, all pieces of a word together." };
    private readonly Option<int?> _duplicates = SharedOptions.Positive("--duplicates", $"How often the texts are gone through, with other pairs and masks ({Defaults.Duplicates}).");
    private readonly Option<double> _shortShare = TrainingOptions.Number("--short-share", Defaults.ShortShare, "How often a document is cut into shorter examples.");
    private readonly Option<ulong> _seed = new("--seed") { Description = "Seeds pairs, masks and the order.", DefaultValueFactory = _ => Defaults.Seed };
    private readonly Option<string?> _encoding = new("--encoding") { Description = "What the texts are written in, such as cp949 or gb18030 (UTF-8)." };

    public TrainCreateDataVerb()
        : base(
            "create-data",
            "Make the examples of BERT's pre-training (masked words and next sentences) for akin train mlm.",
            "akin train create-data --model ./bert --input corpus.txt --output ./pairs",
            "akin train create-data -m klue/bert-base -i corpus.txt.gz -o ./pairs --whole-words --duplicates 5 --max-length 256 --max-predictions 40 --json")
    {
        foreach (Option option in (ReadOnlySpan<Option>)[
            _model, _input, _output, _maxLength, _maxPredictions, _mask, _wholeWords, _duplicates, _shortShare, _seed, _encoding])
        {
            Add(option);
        }
    }

    protected override void Execute(ParseResult arguments, CommandContext context)
    {
        PreTrainingDataOptions options = new()
        {
            Model = DefaultModel.Or(arguments.GetValue(_model)),
            Input = arguments.GetRequiredValue(_input),
            Output = arguments.GetRequiredValue(_output),
            MaxLength = arguments.GetValue(_maxLength) ?? Defaults.MaxLength,
            MaxPredictions = arguments.GetValue(_maxPredictions) ?? Defaults.MaxPredictions,
            MaskProbability = arguments.GetValue(_mask),
            WholeWords = arguments.GetValue(_wholeWords),
            Duplicates = arguments.GetValue(_duplicates) ?? Defaults.Duplicates,
            ShortShare = arguments.GetValue(_shortShare),
            Seed = arguments.GetValue(_seed),
            Encoding = arguments.GetValue(_encoding),
        };
        PreTrainingDataResult result;
        using (DownloadReport download = new(context))
        using (ProgressReport progress = context.Progress("Making examples", "documents"))
        {
            result = PreTrainingData.Create(options, download, progress, context.Cancellation);
        }

        if (context.Json)
        {
            JsonOutput.Write(context, new { result.Examples, result.Documents, result.Sentences, options.Output });
            return;
        }

        context.Output.WriteLine($"{result.Examples:N0} examples from {result.Documents:N0} documents of {result.Sentences:N0} sentences");
        context.Message($"They are in '{options.Output}'; go on with akin train mlm --train {options.Output}");
    }
}
