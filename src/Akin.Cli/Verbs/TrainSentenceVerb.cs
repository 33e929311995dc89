using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Akin.Training.FineTuning;
using Akin.Training.Logging;
using Akin.Training.Losses;
using Akin.Training.Sentences;
using Akin.Training.Sentences.Recipes;

namespace Akin.Cli.Verbs;

/// <summary><c>akin train sentence</c>: teach a sentence model what is near in your own pairs, triplets or scores.</summary>
internal sealed class TrainSentenceVerb : Verb
{
    private readonly TrainingOptions _training = new(
        "The file to learn from: .csv, .tsv or .jsonl with a header, also .gz; label and score are the label, every other column a text. Or a BEIR folder: its training queries with their documents.",
        "Tokens of a text; longer ones are cut (what the model says).",
        hasRecipe: true);
    private readonly Option<string?> _recipe = new("--recipe")
    {
        Description = "A YAML file with rounds: train, mine hard negatives, train again. Takes --output and --resume; all else stands in the file.",
        HelpName = "FILE",
    };
    private readonly Option<string> _loss = new("--loss")
    {
        Description = $"What is made small: {string.Join(", ", SentenceLosses.Names)}.",
        DefaultValueFactory = _ => nameof(MultipleNegativesRankingLoss),
        HelpName = "NAME",
    };
    private readonly Option<int?> _miniBatch = SharedOptions.Positive("--mini-batch", "Texts that Cached losses encode at a time (32).");
    private readonly Option<string?> _guide = new("--guide") { Description = "The model that guides GISTEmbedLoss." };
    private readonly Option<int[]> _matryoshka = new("--matryoshka")
    {
        Description = "Sizes at which the leading numbers of an embedding are to work alone, such as 384,128,64.",
        CustomParser = Sizes,
        HelpName = "SIZES",
    };
    private readonly Option<BatchSamplers?> _sampler = new("--batch-sampler") { Description = "How batches are made: BatchSampler, NoDuplicates, GroupByLabel (what suits the loss).", HelpName = "NAME" };
    private readonly Option<string[]> _columns = new("--columns") { Description = "The text columns, in order, such as question,answer (all).", CustomParser = TrainingOptions.Names, HelpName = "NAMES" };
    private readonly Option<float> _highestScore = new("--highest-score") { Description = "What scores are divided by, so that they end at 1.", DefaultValueFactory = _ => 1 };
    private readonly Option<string[]> _prompts = new("--prompt") { Description = "What is put in front of a column's texts: anchor=\"query: \"; may be repeated.", HelpName = "COLUMN=TEXT" };
    private readonly Option<string?> _evalSts = new("--eval-sts") { Description = "A .tsv or .csv file with sentence1, sentence2 and score to correlate with, after every epoch and at the end." };
    private readonly Option<string?> _evalRetrieval = new("--eval-retrieval") { Description = "A folder as BEIR has them, whose test queries are searched after every epoch and at the end." };

    public TrainSentenceVerb()
        : base(
            "sentence",
            "Teach a sentence model what is near in your own pairs, triplets or scores.",
            "akin train sentence --model ./all-MiniLM-L6-v2 --train pairs.jsonl --epochs 1 --batch-size 32 --learning-rate 2e-5 --output ./mine",
            "akin train sentence -m ./minilm --train sts.csv --loss CosineSimilarityLoss --highest-score 5 --eval-sts dev.tsv -o ./sts --json",
            "akin train sentence -m ./minilm --train ./scifact --eval-retrieval ./scifact --epochs 1 --batch-size 32 --learning-rate 2e-5 --warmup 0.1 -o ./mine",
            "akin train sentence --recipe loop.yaml --output ./mine")
    {
        _training.AddTo(this);
        foreach (Option option in (ReadOnlySpan<Option>)[_recipe, _loss, _miniBatch, _guide, _matryoshka, _sampler, _columns, _highestScore, _prompts, _evalSts, _evalRetrieval])
        {
            Add(option);
        }
    }

    protected override void Execute(ParseResult arguments, CommandContext context)
    {
        if (arguments.GetValue(_recipe) is { } recipe)
        {
            RunRecipe(SentenceRecipe.Read(recipe), arguments, context);
            return;
        }

        Train(arguments, context);
    }

    private void RunRecipe(SentenceRecipe recipe, ParseResult arguments, CommandContext context)
    {
        _training.RefuseBesideRecipe(arguments, _recipe);
        (string output, bool resumes) = _training.OutputOf(arguments);
        context.StopNote = () => $"the rounds were saved; go on with --resume (in '{output}').";
        using DownloadReport download = new(context);
        SentenceLoopResult result = SentenceLoop.Run(
            recipe, output, resumes, context.Quiet ? [] : [new ProgressBarCallback(Console.Error)], round => Report(round, context), download, context.Cancellation);
        if (context.Json)
        {
            JsonOutput.Write(context, new
            {
                Rounds = result.Rounds.Select(round => new Dictionary<string, object?>(MetricsOutput.ToJson(round.Metrics))
                {
                    ["name"] = round.Name,
                    ["examples"] = round.Examples,
                    ["steps"] = round.Steps,
                    ["train_seconds"] = round.TrainSeconds,
                }),
                TrainSeconds = result.Rounds.Sum(round => round.TrainSeconds),
                Output = result.OutputDir,
            });
        }

        context.Message($"The model of the last round is in '{result.OutputDir}'.");
    }

    private static void Report(SentenceRoundResult round, CommandContext context)
    {
        if (!context.Json)
        {
            context.Output.WriteLine(round.Steps == 0 ? round.Name : $"{round.Name}: {round.Examples:N0} examples, {round.Steps:N0} steps in {TimeSpan.FromSeconds(round.TrainSeconds):h\\:mm\\:ss}");
            MetricsOutput.WriteLines(context, round.Metrics);
        }
    }

    private void Train(ParseResult arguments, CommandContext context) => _training.Run(
        new SentenceOptions
        {
            Model = "",
            Train = "",
            Loss = arguments.GetRequiredValue(_loss),
            MiniBatchSize = arguments.GetValue(_miniBatch),
            Guide = arguments.GetValue(_guide),
            MatryoshkaSizes = arguments.GetValue(_matryoshka) ?? [],
            BatchSampler = arguments.GetValue(_sampler),
            TextColumns = arguments.GetValue(_columns) ?? [],
            HighestScore = arguments.GetValue(_highestScore),
            Prompts = PromptsOf(arguments.GetValue(_prompts) ?? []),
            EvalSts = arguments.GetValue(_evalSts),
            EvalRetrieval = arguments.GetValue(_evalRetrieval),
        },
        arguments,
        context,
        SentenceFineTuning.Train);

    private static Dictionary<string, string> PromptsOf(string[] prompts)
    {
        Dictionary<string, string> byColumn = [];
        foreach (string prompt in prompts)
        {
            int end = prompt.IndexOf('=', StringComparison.Ordinal);
            if (end <= 0)
            {
                throw new CommandException($"--prompt '{prompt}' names no column: write --prompt COLUMN=TEXT, such as --prompt \"anchor=query: \".");
            }

            byColumn[prompt[..end]] = prompt[(end + 1)..];
        }

        return byColumn;
    }

    private static int[] Sizes(ArgumentResult argument)
    {
        List<int> sizes = [];
        foreach (string name in TrainingOptions.Names(argument))
        {
            if (!int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out int size) || size < 1)
            {
                argument.AddError($"--matryoshka '{name}' is not a size: write whole numbers from 1 on with commas between them.");
                return [];
            }

            sizes.Add(size);
        }

        return [.. sizes];
    }
}
