using System.CommandLine;
using System.Globalization;
using Akin.Pipelines;
using Akin.Training.FineTuning;

namespace Akin.Cli.Predictions;

/// <summary>Words for the masks of every text.</summary>
/// <param name="shared">The options it shares with others.</param>
internal sealed class FillMaskPredictor(PredictionOptions shared) : Predictor
{
    private readonly Option<int?> _topK = SharedOptions.Positive("--top-k", "Words that are given for a mask (5).");

    public override string ArchitectureSuffix => "ForMaskedLM";

    public override IReadOnlyList<Option> Options => [shared.Text, _topK, shared.MaxLength, shared.Encoding];

    public override IReadOnlyList<string> Columns => ["words", "score"];

    public override string Unit => "texts";

    public override IEnumerable<PredictedRow> Predict(string folder, string input, ParseResult arguments, CancellationToken cancellationToken)
    {
        FillMaskPipelineOptions options = new() { TopK = arguments.GetValue(_topK) ?? 5, MaxLength = arguments.GetValue(shared.MaxLength) };
        FillMaskPipeline pipeline = FillMaskPipeline.FromPretrained(folder, options, cancellationToken: cancellationToken);
        string column = arguments.GetRequiredValue(shared.Text);
        return pipeline.Fill(ExampleTable.Read(input, arguments.GetValue(shared.Encoding)).Select(Text), cancellationToken).Select(Row);

        string Text(ExampleRow row) => row.Text(column) is { } text && text.Contains(pipeline.MaskToken, StringComparison.Ordinal)
            ? text
            : throw row.Error($"there is no {pipeline.MaskToken} in the text: write it where a word is to be found.");
    }

    // The best word of every mask, and how likely they are together.
    private static PredictedRow Row(IReadOnlyList<IReadOnlyList<FilledMask>> masks) => new(
        new { Masks = masks.Select(answers => answers.Select(answer => new { answer.Score, answer.Token, TokenStr = answer.TokenText, answer.Sequence })) },
        string.Join(' ', masks.Select(answers => answers[0].TokenText)),
        masks.Aggregate(1.0, (product, answers) => product * answers[0].Score).ToString("F6", CultureInfo.InvariantCulture));
}
