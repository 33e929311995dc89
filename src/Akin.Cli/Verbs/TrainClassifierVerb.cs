using System.CommandLine;
using Akin.Training.FineTuning;

namespace Akin.Cli.Verbs;

/// <summary><c>akin train classifier</c>: teach a model the labels of texts or pairs of texts.</summary>
internal sealed class TrainClassifierVerb : Verb
{
    private readonly TrainingOptions _training = new();
    private readonly Option<string> _text = new("--text") { Description = "The column of the text.", DefaultValueFactory = _ => "text" };
    private readonly Option<string?> _pair = new("--pair") { Description = "The column of the second text of a pair." };
    private readonly Option<string> _label = new("--label") { Description = "The column of the label; of several labels between '|', or of a number.", DefaultValueFactory = _ => "label" };
    private readonly Option<bool> _multiLabel = new("--multi-label") { Description = "A text has any number of labels." };
    private readonly Option<bool> _regression = new("--regression") { Description = "The label is a number." };

    public TrainClassifierVerb()
        : base(
            "classifier",
            "Teach a model the labels of texts or pairs of texts.",
            "akin train classifier --model ./all-MiniLM-L6-v2 --train train.csv --eval test.csv --output ./topics",
            "akin train classifier -m klue/bert-base --train reviews.tsv --eval dev.tsv --text document --epochs 4 --batch-size 32 -o ./nsmc --json",
            "akin train classifier -m ./bert --train pairs.jsonl --text question --pair answer --regression -o ./relevance")
    {
        _training.AddTo(this);
        Add(_text);
        Add(_pair);
        Add(_label);
        Add(_multiLabel);
        Add(_regression);
    }

    protected override void Execute(ParseResult arguments, CommandContext context)
    {
        (bool several, bool number) = (arguments.GetValue(_multiLabel), arguments.GetValue(_regression));
        if (several && number)
        {
            throw new CommandException("--multi-label and --regression exclude each other: a text has labels or a number.");
        }

        _training.Run(
            new ClassifierOptions
            {
                Model = "",
                Train = "",
                TextColumn = arguments.GetRequiredValue(_text),
                PairColumn = arguments.GetValue(_pair),
                LabelColumn = arguments.GetRequiredValue(_label),
                Target = several ? ClassifierTarget.MultiLabel : number ? ClassifierTarget.Regression : ClassifierTarget.SingleLabel,
            },
            arguments,
            context,
            ClassifierFineTuning.Train);
    }
}
