using System.CommandLine;
using Akin.Training.FineTuning;
using Akin.Training.Losses.CrossEncoders;

namespace Akin.Cli.Verbs;

/// <summary><c>akin train cross-encoder</c>: teach a model to score pairs of texts.</summary>
internal sealed class TrainCrossEncoderVerb : Verb
{
    private readonly TrainingOptions _training = new(
        "Pairs to learn from: .csv, .tsv or .jsonl with a header, also .gz; columns sentence1, sentence2 and score, or query, positive, negative … and label.",
        "Tokens of a pair; longer ones are cut (128).");

    private readonly Option<string> _loss = new("--loss")
    {
        Description = $"What is trained for: {string.Join(", ", CrossEncoderLosses.Names)}.",
        DefaultValueFactory = _ => nameof(BinaryCrossEntropyLoss),
        HelpName = "NAME",
    };

    private readonly Option<string[]> _columns = new("--columns")
    {
        Description = "The columns of the texts, the query's first, if they have other names: question,answer.",
        CustomParser = TrainingOptions.Names,
        HelpName = "NAMES",
    };

    private readonly Option<string?> _label = new("--label") { Description = "The column of the label, if it is not called label, labels, score or scores." };
    private readonly Option<float> _highestScore = new("--highest-score") { Description = "What labels are divided by, so that they end at 1.", DefaultValueFactory = _ => 1 };
    private readonly Option<string?> _sts = new("--eval-sts") { Description = "A .tsv or .csv file with sentence1, sentence2 and score to correlate with, after every epoch and at the end." };

    public TrainCrossEncoderVerb()
        : base(
            "cross-encoder",
            "Teach a model to score pairs of texts: likeness, relevance, classes.",
            "akin train cross-encoder --model ./all-MiniLM-L6-v2 --train sts-train.tsv --highest-score 5 --eval-sts sts-dev.tsv --batch-size 16 --warmup 0.1 --output ./stsb",
            "akin train cross-encoder -m ./all-MiniLM-L6-v2 --train pairs.jsonl --loss MultipleNegativesRankingLoss -o ./reranker --json",
            "akin train cross-encoder -m klue/bert-base --train lists.jsonl --loss LambdaLoss --columns question,answers --label grades -o ./reranker")
    {
        _training.AddTo(this);
        foreach (Option option in new Option[] { _loss, _columns, _label, _highestScore, _sts })
        {
            Add(option);
        }
    }

    protected override void Execute(ParseResult arguments, CommandContext context) => _training.Run(
        new CrossEncoderTrainingOptions
        {
            Model = "",
            Train = "",
            Loss = CrossEncoderLosses.Create(arguments.GetRequiredValue(_loss)),
            Columns = arguments.GetValue(_columns) ?? [],
            LabelColumn = arguments.GetValue(_label),
            HighestScore = arguments.GetValue(_highestScore),
            EvalSts = arguments.GetValue(_sts),
        },
        arguments,
        context,
        CrossEncoderFineTuning.Train);
}
