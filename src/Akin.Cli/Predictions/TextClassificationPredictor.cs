using System.CommandLine;
using System.Globalization;
using Akin.Pipelines;
using Akin.Training.FineTuning;

namespace Akin.Cli.Predictions;

/// <summary>A label, several labels or a number for every text or pair.</summary>
/// <param name="shared">The options it shares with others.</param>
internal sealed class TextClassificationPredictor(PredictionOptions shared) : Predictor
{
    private readonly Option<string?> _pair = new("--pair") { Description = "The column of the second text of a pair." };

    public override string ArchitectureSuffix => "ForSequenceClassification";

    public override IReadOnlyList<Option> Options => [shared.Text, _pair, shared.MaxLength, shared.Encoding];

    public override IReadOnlyList<string> Columns => ["label", "score"];

    public override string Unit => "texts";

    public override IEnumerable<PredictedRow> Predict(string folder, string input, ParseResult arguments, CancellationToken cancellationToken)
    {
        TextClassificationPipeline pipeline = TextClassificationPipeline.FromPretrained(
            folder, new TextClassificationPipelineOptions { MaxLength = arguments.GetValue(shared.MaxLength) }, cancellationToken: cancellationToken);
        (string text, string? pair) = (arguments.GetRequiredValue(shared.Text), arguments.GetValue(_pair));
        IEnumerable<(string, string?)> texts = ExampleTable.Read(input, arguments.GetValue(shared.Encoding))
            .Select(row => (row.Text(text), pair is null ? null : row.Text(pair)));
        return pipeline.Classify(texts, cancellationToken).Select(result => Row(pipeline, result));
    }

    private static PredictedRow Row(TextClassificationPipeline pipeline, TextClassification result)
    {
        Dictionary<string, float> scores = result.Scores.ToDictionary(label => label.Label, label => label.Score);
        string score = result.Score.ToString("F6", CultureInfo.InvariantCulture);
        if (!pipeline.IsMultiLabel)
        {
            return new PredictedRow(new { result.Label, result.Score, Scores = scores }, result.Label, score);
        }

        // Of several labels a text has those that are more likely than not.
        string[] labels = [.. result.Scores.Where(label => label.Score > 0.5f).Select(label => label.Label)];
        return new PredictedRow(new { Labels = labels, result.Label, result.Score, Scores = scores }, string.Join('|', labels), score);
    }
}
