using System.CommandLine;
using Akin.Training.FineTuning;

namespace Akin.Cli.Verbs;

/// <summary><c>akin train seq2seq</c>: teach a model to write one text for another.</summary>
internal sealed class TrainSeq2SeqVerb : Verb
{
    private readonly TrainingOptions _training = new(maxLength: "Tokens of a text to read; longer ones are cut (512).");
    private readonly Option<string> _text = new("--text") { Description = "The column of the text to read.", DefaultValueFactory = _ => "text" };
    private readonly Option<string> _target = new("--target") { Description = "The column of the text to write.", DefaultValueFactory = _ => "target" };
    private readonly Option<string> _prefix = new("--prefix") { Description = "What stands before every text to read, such as \"summarize: \" for T5.", DefaultValueFactory = _ => "" };
    private readonly Option<int?> _maxTargetLength = SharedOptions.Positive("--max-target-length", "Tokens of a text to write; longer ones are cut (64).");
    private readonly Option<int> _generated = new("--generate") { Description = "Texts of the evaluation that the model writes for ROUGE and BLEU.", DefaultValueFactory = _ => 200 };
    private readonly Option<int?> _beams = SharedOptions.Positive("--num-beams", "Beams of these texts (1).");

    public TrainSeq2SeqVerb()
        : base(
            "seq2seq",
            "Teach a model to write one text for another: summaries, translations.",
            "akin train seq2seq --model ./kobart --train train.tsv --eval test.tsv --text article --target summary --output ./summaries --epochs 3",
            "akin train seq2seq -m ./t5 --train en-de.tsv --text en --target de --prefix \"translate English to German: \" -o ./en-de --json")
    {
        _training.AddTo(this);
        foreach (Option option in (ReadOnlySpan<Option>)[_text, _target, _prefix, _maxTargetLength, _generated, _beams])
        {
            Add(option);
        }
    }

    protected override void Execute(ParseResult arguments, CommandContext context)
    {
        Seq2SeqOptions options = new()
        {
            Model = "",
            Train = "",
            TextColumn = arguments.GetRequiredValue(_text),
            TargetColumn = arguments.GetRequiredValue(_target),
            Prefix = arguments.GetRequiredValue(_prefix),
            MaxTargetLength = arguments.GetValue(_maxTargetLength) ?? 64,
            GeneratedCount = Math.Max(0, arguments.GetValue(_generated)),
            NumBeams = arguments.GetValue(_beams) ?? 1,
        };
        _training.Run(options, arguments, context, Seq2SeqFineTuning.Train);
    }
}
