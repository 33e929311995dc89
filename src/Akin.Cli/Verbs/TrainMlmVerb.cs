using System.CommandLine;
using Akin.Training.FineTuning;

namespace Akin.Cli.Verbs;

/// <summary><c>akin train mlm</c>: teach a model the language of texts.</summary>
internal sealed class TrainMlmVerb : Verb
{
    private readonly TrainingOptions _training = new(
        "The texts to learn from: .txt with one a line, .csv, .tsv or .jsonl with a header, also .gz; or a folder that akin train create-data wrote.");
    private readonly Option<string> _text = new("--text") { Description = "The column of the text.", DefaultValueFactory = _ => "text" };
    private readonly Option<bool> _lineByLine = new("--line-by-line") { Description = "Every text is an example of its own; else texts run on and are cut at --max-length." };
    private readonly Option<double> _mask = TrainingOptions.Number("--mask", 0.15, "The share of tokens that are masked.");
    private readonly Option<bool> _wholeWords = new("--whole-words") { Description = "Mask whole words, all pieces of a word together." };
    private readonly Option<double> _evalShare = TrainingOptions.Number("--eval-share", 0, "Hold out this share of the examples to evaluate on, instead of --eval.");

    public TrainMlmVerb()
        : base(
            "mlm",
            "Teach a model the language of your texts by masked words: continue a published one, or begin a new one.",
            "akin train mlm --model ./bert --train corpus.txt --eval-share 0.05 --output ./bert-legal",
            "akin train mlm -m ./small-bert --from-scratch --train articles.jsonl --text body --whole-words --learning-rate 1e-3 --warmup 0.1 -o ./news-bert",
            "akin train mlm -m ./bert --train ./pairs --eval-share 0.05 --batch-size 32 -o ./bert-pairs --json")
    {
        _training.AddTo(this);
        Add(_text);
        Add(_lineByLine);
        Add(_mask);
        Add(_wholeWords);
        Add(_evalShare);
    }

    protected override void Execute(ParseResult arguments, CommandContext context) => _training.Run(
        new MaskedLanguageModelOptions
        {
            Model = "",
            Train = "",
            TextColumn = arguments.GetRequiredValue(_text),
            LineByLine = arguments.GetValue(_lineByLine),
            MaskProbability = arguments.GetValue(_mask),
            WholeWords = arguments.GetValue(_wholeWords),
            EvalShare = arguments.GetValue(_evalShare),
        },
        arguments,
        context,
        MaskedLanguageModelFineTuning.Train);
}
