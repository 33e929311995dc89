using System.CommandLine;
using Akin.Training.FineTuning;
using Akin.Training.Metrics.Answers;

namespace Akin.Cli.Verbs;

/// <summary><c>akin train qa</c>: teach a model to find the answers to questions in texts.</summary>
internal sealed class TrainQaVerb : Verb
{
    private static readonly Dictionary<string, AnswerRules> Rules = new(StringComparer.Ordinal)
    {
        ["squad"] = AnswerRules.Squad,
        ["korquad"] = AnswerRules.KorQuad,
        ["cmrc"] = AnswerRules.Cmrc,
    };

    private readonly TrainingOptions _training = new(
        "The file to learn from: .json as SQuAD, KorQuAD or CMRC 2018, also .gz.", "Tokens of a question with its context; longer contexts are read in windows (384).");

    private readonly Option<int?> _stride = new("--doc-stride") { Description = "Tokens that windows of a long context overlap by (128, at most half a window)." };
    private readonly Option<int?> _maxAnswerLength = SharedOptions.Positive("--max-answer-length", "Tokens of the longest answer (30).");
    private readonly Option<bool> _version2 = new("--version-2") { Description = "A question may have no answer, as in SQuAD 2.0; so it is when a file has such questions." };
    private readonly Option<double> _threshold = new("--no-answer-threshold") { Description = "How much better \"no answer\" must score than the best answer.", DefaultValueFactory = _ => 0 };
    private readonly Option<string?> _metric = SharedOptions.OneOf("--metric", "How answers are compared (squad).", [.. Rules.Keys]);

    public TrainQaVerb()
        : base(
            "qa",
            "Teach a model to find the answers to questions in texts.",
            "akin train qa --model ./bert --train train-v2.0.json --eval dev-v2.0.json --output ./squad --epochs 2 --learning-rate 3e-5",
            "akin train qa -m klue/bert-base --train KorQuAD_v1.0_train.json --eval KorQuAD_v1.0_dev.json --metric korquad -o ./korquad --json")
    {
        _training.AddTo(this);
        Add(_stride);
        Add(_maxAnswerLength);
        Add(_version2);
        Add(_threshold);
        Add(_metric);
    }

    protected override void Execute(ParseResult arguments, CommandContext context)
    {
        QuestionAnsweringOptions options = new()
        {
            Model = "",
            Train = "",
            DocStride = arguments.GetValue(_stride),
            MaxAnswerLength = arguments.GetValue(_maxAnswerLength) ?? 30,
            AllowsNoAnswer = arguments.GetValue(_version2) ? true : null,
            NoAnswerThreshold = arguments.GetValue(_threshold),
            Rules = Rules[arguments.GetValue(_metric) ?? "squad"],
        };
        _training.Run(options, arguments, context, QuestionAnsweringFineTuning.Train);
    }
}
