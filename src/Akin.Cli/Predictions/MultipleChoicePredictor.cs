using System.CommandLine;
using System.Globalization;
using Akin.Cli.Verbs;
using Akin.Pipelines;
using Akin.Training.FineTuning;

namespace Akin.Cli.Predictions;

/// <summary>Which of several texts fits.</summary>
/// <param name="shared">The options it shares with others.</param>
internal sealed class MultipleChoicePredictor(PredictionOptions shared) : Predictor
{
    private readonly ChoiceOptions _columns = new(shared.Text);

    public override string ArchitectureSuffix => "ForMultipleChoice";

    public override IReadOnlyList<Option> Options => [.. _columns.All, shared.MaxLength, shared.Encoding];

    public override IReadOnlyList<string> Columns => ["label", "choice", "score"];

    public override string Unit => "questions";

    public override IEnumerable<PredictedRow> Predict(string folder, string input, ParseResult arguments, CancellationToken cancellationToken)
    {
        MultipleChoicePipeline pipeline = MultipleChoicePipeline.FromPretrained(
            folder, new PipelineOptions { MaxLength = arguments.GetValue(shared.MaxLength) }, cancellationToken: cancellationToken);
        ChoiceColumns columns = _columns.Read(arguments);
        Queue<IReadOnlyList<string>> asked = []; // read and not yet answered
        IEnumerable<(string, IReadOnlyList<string>)> questions = ExampleTable.Read(input, arguments.GetValue(shared.Encoding)).Select(row =>
        {
            (string text, IReadOnlyList<string> choices) = columns.Read(row);
            asked.Enqueue(choices);
            return (text, choices);
        });
        return pipeline.Choose(questions, cancellationToken).Select(chosen => Row(chosen, asked.Dequeue()));
    }

    private static PredictedRow Row(ChosenText chosen, IReadOnlyList<string> choices) => new(
        new { Label = chosen.Index, Choice = choices[chosen.Index], chosen.Score, chosen.Scores },
        chosen.Index.ToString(CultureInfo.InvariantCulture), choices[chosen.Index], chosen.Score.ToString("F6", CultureInfo.InvariantCulture));
}
