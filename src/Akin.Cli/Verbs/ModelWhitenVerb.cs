using System.CommandLine;
using Akin.Cli.Embeddings;
using Akin.Datasets;
using Akin.Kernels;
using Akin.Pipelines;

namespace Akin.Cli.Verbs;

/// <summary><c>akin model whiten</c>: a model whose embeddings no longer all point the same way.</summary>
internal sealed class ModelWhitenVerb : Verb
{
    private readonly Option<string?> _model = EncoderOptions.Model();
    private readonly Option<string> _input = new("--input", "-i")
    {
        Description = "Texts like those the model is for, some thousands, no labels: .txt (a text a line), .jsonl, .csv or .tsv with a header, each also .gz.",
        Required = true,
    };
    private readonly Option<string> _textField = new("--text") { Description = "The field or column of the text, text by default.", DefaultValueFactory = _ => "text" };
    private readonly Option<string> _output = new("--output", "-o") { Description = "The folder to write the model to; made if it does not exist.", Required = true };
    private readonly Option<int?> _dimensions = SharedOptions.Positive("--dimensions", "How many directions to keep, those that vary most; by default all along which embeddings vary.");
    private readonly Option<bool> _centerOnly = new("--center-only") { Description = "Only take away what all embeddings have in common, and leave their directions as they are." };

    public ModelWhitenVerb()
        : base(
            "whiten",
            "Make a model of one whose cosines are all alike: take away the mean of its embeddings and make all directions equally important.",
            "akin model whiten --model ./raw-bert --input texts.txt --output ./whitened",
            "akin model whiten --model ./raw-bert --input texts.jsonl --dimensions 256 --output ./whitened",
            "akin model whiten --model ./raw-bert --input pairs.tsv --text sentence1 --center-only --output ./centred --json")
    {
        foreach (Option option in new Option[] { _model, _input, _textField, _output, _dimensions, _centerOnly })
        {
            Add(option);
        }
    }

    protected override void Execute(ParseResult arguments, CommandContext context)
    {
        int? dimensions = arguments.GetValue(_dimensions);
        bool centerOnly = arguments.GetValue(_centerOnly);
        if (centerOnly && dimensions is not null)
        {
            throw new CommandException("--center-only leaves all dimensions as they are: leave --dimensions out.");
        }

        string[] texts =
        [
            .. TextRecords.Read(arguments.GetRequiredValue(_input), new TextRecordOptions { TextField = arguments.GetRequiredValue(_textField) })
                .Select(record => record.FullText)
                .Where(text => !string.IsNullOrWhiteSpace(text))
                .Distinct(),
        ];
        SentenceTransformer model = ModelLoading.SentenceTransformer(context, DefaultModel.Or(arguments.GetValue(_model)));
        if (dimensions > model.Dimension)
        {
            throw new CommandException($"--dimensions {dimensions} cannot be kept of {model.Dimension}.");
        }

        float[] embeddings = EmbeddedTexts.Of(context, model, [texts])[0];
        EmbeddingMap map = centerOnly
            ? EmbeddingMap.Centering(embeddings, model.Dimension)
            : EmbeddingMap.Whitening(embeddings, model.Dimension, dimensions, context.Cancellation);
        string output = arguments.GetRequiredValue(_output);
        SentenceTransformer whitened = model.Append(map);
        whitened.SavePretrained(output, context.Cancellation);

        double before = MeanCosine(embeddings, model.Dimension), after = MeanCosine(map.Apply(embeddings), map.OutputSize);
        if (context.Json)
        {
            JsonOutput.Write(context, new { Texts = texts.Length, Dimension = map.OutputSize, MeanCosineBefore = before, MeanCosineAfter = after, Output = output });
        }
        else
        {
            context.Message($"The mean cosine of two different texts of {texts.Length:N0} was {before:F3} and is {after:F3}. Model of {map.OutputSize} dimensions in '{output}'.");
        }
    }

    /// <summary>Of all pairs: (|Σ x|² − n) / (n² − n), where every x has length 1.</summary>
    private static double MeanCosine(float[] embeddings, int dimension)
    {
        int count = embeddings.Length / dimension;
        float[] rows = new float[embeddings.Length];
        Normalize.Rows(embeddings, count, dimension, Normalize.DefaultEpsilon, rows, WorkerPool.Shared);
        double[] sum = new double[dimension];
        for (int i = 0; i < rows.Length; i++)
        {
            sum[i % dimension] += rows[i];
        }

        return count < 2 ? 1 : (sum.Sum(number => number * number) - count) / ((double)count * (count - 1));
    }
}
