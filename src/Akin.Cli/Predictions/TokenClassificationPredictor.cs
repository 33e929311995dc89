using System.CommandLine;
using System.Globalization;
using Akin.Pipelines;
using Akin.Training.FineTuning;

namespace Akin.Cli.Predictions;

/// <summary>The names and other entities of every text.</summary>
/// <param name="shared">The options it shares with others.</param>
internal sealed class TokenClassificationPredictor(PredictionOptions shared) : Predictor
{
    private readonly Option<AggregationStrategy> _aggregation = new("--aggregation-strategy")
    {
        Description = $"How pieces become words and entities: {string.Join(", ", Enum.GetNames<AggregationStrategy>())}.",
        DefaultValueFactory = _ => AggregationStrategy.First, // as akin train tokens measures
        HelpName = "NAME",
    };
    private readonly Option<int?> _stride = SharedOptions.Positive("--stride", "Tokens that windows of a long text overlap by (long texts are cut).");

    public override string ArchitectureSuffix => "ForTokenClassification";

    public override IReadOnlyList<Option> Options => [shared.Text, _aggregation, _stride, shared.MaxLength, shared.Encoding];

    public override IReadOnlyList<string> Columns => ["entities"];

    public override string Unit => "texts";

    public override IEnumerable<PredictedRow> Predict(string folder, string input, ParseResult arguments, CancellationToken cancellationToken)
    {
        (AggregationStrategy strategy, int? stride) = (arguments.GetValue(_aggregation), arguments.GetValue(_stride));
        if (stride is not null && strategy == AggregationStrategy.None)
        {
            throw new CommandException("--stride needs an --aggregation-strategy other than None: pieces of overlapping windows are not merged.");
        }

        TokenClassificationPipelineOptions options = new() { AggregationStrategy = strategy, Stride = stride, MaxLength = arguments.GetValue(shared.MaxLength) };
        TokenClassificationPipeline pipeline = TokenClassificationPipeline.FromPretrained(folder, options, cancellationToken: cancellationToken);
        string column = arguments.GetRequiredValue(shared.Text);
        Queue<string> asked = []; // read and not yet answered
        IEnumerable<string> texts = ExampleTable.Read(input, arguments.GetValue(shared.Encoding)).Select(row =>
        {
            string text = row.Text(column);
            asked.Enqueue(text);
            return text;
        });
        return pipeline.Classify(texts, cancellationToken).Select(entities => Row(asked.Dequeue(), entities));
    }

    // "PER 0.98 Mina Park | LOC 0.99 Seoul"
    private static PredictedRow Row(string text, IReadOnlyList<RecognizedEntity> entities) => new(
        new { Entities = entities.Select(entity => new { entity.Label, entity.Score, Text = text[entity.Start..entity.End], entity.Start, entity.End }) },
        string.Join(" | ", entities.Select(entity => string.Create(CultureInfo.InvariantCulture, $"{entity.Label} {entity.Score:F2} {text[entity.Start..entity.End]}"))));
}
