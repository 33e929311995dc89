using System.CommandLine;
using Akin.Training.FineTuning;

namespace Akin.Cli.Verbs;

/// <summary><c>akin train multiple-choice</c>: teach a model to choose one of several texts.</summary>
internal sealed class TrainMultipleChoiceVerb : Verb
{
    private readonly TrainingOptions _training = new();
    private readonly ChoiceOptions _columns = new(new("--text") { Description = "The column of the text or the question.", DefaultValueFactory = _ => "text" });
    private readonly Option<string> _label = new("--label") { Description = "The column of the right choice, a number from 0.", DefaultValueFactory = _ => "label" };

    public TrainMultipleChoiceVerb()
        : base(
            "multiple-choice",
            "Teach a model to choose one of several texts: the answer to a question, the end of a story.",
            "akin train multiple-choice --model ./bert --train swag.csv --text sent1 --start sent2 --choices ending0,ending1,ending2,ending3 --output ./swag",
            "akin train multiple-choice -m ./bert --train quiz.jsonl --eval test.jsonl --text question --choices answers -o ./quiz --json")
    {
        _training.AddTo(this);
        foreach (Option option in _columns.All)
        {
            Add(option);
        }

        Add(_label);
    }

    protected override void Execute(ParseResult arguments, CommandContext context) => _training.Run(
        new MultipleChoiceOptions
        {
            Model = "",
            Train = "",
            Columns = _columns.Read(arguments),
            LabelColumn = arguments.GetRequiredValue(_label),
        },
        arguments,
        context,
        MultipleChoiceFineTuning.Train);
}
