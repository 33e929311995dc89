using System.Globalization;
using System.Text.Json.Nodes;
using Akin.Models;
using Akin.Models.Checkpoints;
using Akin.Training.Losses.CrossEncoders;
using Akin.Training.Tasks;

namespace Akin.Training.Tests.Tasks;

/// <summary>A task of golden/training/trajectories: its model, its padded batches as examples, and what the reference saw.</summary>
public abstract class GoldenTask
{
    private readonly JsonNode _trajectory;

    private protected GoldenTask(string name)
    {
        Name = name;
        _trajectory = GoldenTensor.Read("trajectories", name, "trajectory.json");
        Decay = [.. _trajectory["decay"]!.AsArray().Select(entry => entry!.GetValue<string>())];
    }

    public static IReadOnlyList<string> Names { get; } =
        ["sequence_classification", "multi_label", "regression", "token_classification", "question_answering", "multiple_choice", "mlm", "mlm_nsp", "cross_encoder_bce"];

    public string Name { get; }

    /// <summary>
    /// The reference's loss of question answering sees the padding of a batch, Akin's does not. The file was made by a program that follows the
    /// reference to 1e-15 with padding: <c>eng/goldens/question_answering_without_padding.py</c>.
    /// </summary>
    private JsonNode? WithoutPadding =>
        Name == "question_answering" ? GoldenTensor.Read("trajectories", Name, "without_padding.json") : null;

    /// <summary>The parameters that the reference decayed.</summary>
    public IReadOnlyList<string> Decay { get; }

    public static GoldenTask Open(string name)
    {
        LoadOptions options = new() { IsTrainable = true };
        string folder = Repository.Golden("training", "trajectories", name, "model");
        return name switch
        {
            "sequence_classification" or "multi_label" or "regression" => new GoldenTask<SequenceClassificationExample>(
                name, new SequenceClassificationTask(AutoModelForSequenceClassification.FromPretrained(folder, options)), SequenceClassification),
            "token_classification" => new GoldenTask<TokenLabelsExample>(
                name, new TokenClassificationTask(AutoModelForTokenClassification.FromPretrained(folder, options)), TokenLabels),
            "question_answering" => new GoldenTask<QuestionAnsweringExample>(
                name, new QuestionAnsweringTask(AutoModelForQuestionAnswering.FromPretrained(folder, options)), QuestionAnswering),
            "multiple_choice" => new GoldenTask<MultipleChoiceExample>(
                name, new MultipleChoiceTask(AutoModelForMultipleChoice.FromPretrained(folder, options)), MultipleChoice),
            "mlm" => new GoldenTask<TokenLabelsExample>(
                name, new MaskedLanguageModelTask(AutoModelForMaskedLM.FromPretrained(folder, options)), TokenLabels),
            "mlm_nsp" => new GoldenTask<PreTrainingExample>(
                name, new PreTrainingTask(AutoModelForPreTraining.FromPretrained(folder, options)), PreTraining),
            "cross_encoder_bce" => new GoldenTask<CrossEncoderExample>(
                name, new CrossEncoderTask(AutoModelForSequenceClassification.FromPretrained(folder, options), new BinaryCrossEntropyLoss(), Tokens), CrossEncoder),
            _ => throw new ArgumentOutOfRangeException(nameof(name), name, "No such task."),
        };
    }

    /// <summary>The steps of a run of the reference: loss, gradient norm before clipping, and rate.</summary>
    public IReadOnlyList<(double Loss, double GradientNorm, double LearningRate)> Run(string run) =>
        Rows(WithoutPadding?["run"] ?? _trajectory["runs"]![run]!);

    /// <summary>The weights after the last step of the run <c>float64</c>.</summary>
    public IReadOnlyDictionary<string, float[]> FinalWeights()
    {
        if (WithoutPadding is { } run)
        {
            return run["final"]!.AsObject().ToDictionary(entry => entry.Key, entry => new GoldenTensor(entry.Value!).Floats);
        }

        using Checkpoint final = Checkpoint.Open(Repository.Golden("training", "trajectories", Name, "final.safetensors"));
        return final.Tensors.Keys.ToDictionary(name => name, final.Read);
    }

    public static IReadOnlyList<(double Loss, double GradientNorm, double LearningRate)> Rows(JsonNode run) =>
        [.. run.AsArray().Select(row => (GoldenTensor.Number(row!["loss"]), GoldenTensor.Number(row["grad_norm"]), GoldenTensor.Number(row["lr"])))];

    private static SequenceClassificationExample SequenceClassification(JsonNode batch, int row)
    {
        GoldenTensor labels = new(batch["labels"]!);
        int width = labels.Shape.Length == 1 ? 1 : labels.Shape[1];
        return batch["labels"]!["dtype"]!.GetValue<string>() == "int64"
            ? new SequenceClassificationExample(Text(batch, row), labels.Integers[row])
            : new SequenceClassificationExample(Text(batch, row), labels.Floats.AsMemory(row * width, width));
    }

    private static TokenLabelsExample TokenLabels(JsonNode batch, int row) => new(Text(batch, row), Unpadded(batch, "labels", row));

    private static QuestionAnsweringExample QuestionAnswering(JsonNode batch, int row) =>
        new(Text(batch, row), new GoldenTensor(batch["start_positions"]!).Integers[row], new GoldenTensor(batch["end_positions"]!).Integers[row]);

    private static MultipleChoiceExample MultipleChoice(JsonNode batch, int row)
    {
        int choiceCount = new GoldenTensor(batch["input_ids"]!).Shape[1];
        return new MultipleChoiceExample([.. Enumerable.Range(row * choiceCount, choiceCount).Select(choice => Text(batch, choice))], new GoldenTensor(batch["labels"]!).Integers[row]);
    }

    private static PreTrainingExample PreTraining(JsonNode batch, int row) =>
        new(TokenLabels(batch, row), new GoldenTensor(batch["next_sentence_label"]!).Integers[row]);

    // The goldens have tokens instead of texts: a query is a row's ids, its document their types.
    private static CrossEncoderExample CrossEncoder(JsonNode batch, int row) => new(
        string.Join(' ', Unpadded(batch, "input_ids", row)), [string.Join(' ', Unpadded(batch, "token_type_ids", row))], [new GoldenTensor(batch["labels"]!).Floats[row]]);

    private static EncodedText Tokens(TextPair pair) => new(Integers(pair.Query), Integers(pair.Document));

    private static int[] Integers(string text) => [.. text.Split(' ').Select(number => int.Parse(number, CultureInfo.InvariantCulture))];

    private static EncodedText Text(JsonNode batch, int row) => new(Unpadded(batch, "input_ids", row), Unpadded(batch, "token_type_ids", row));

    /// <summary>What belongs to the tokens of a padded row.</summary>
    private static int[] Unpadded(JsonNode batch, string name, int row)
    {
        GoldenTensor mask = new(batch["attention_mask"]!);
        int width = mask.Shape[^1];
        int[] values = new GoldenTensor(batch[name]!).Integers;
        return [.. Enumerable.Range(row * width, width).Where(place => mask.Integers[place] == 1).Select(place => values[place])];
    }
}

/// <summary>A task of golden/training/trajectories with its type of example.</summary>
public sealed class GoldenTask<TExample> : GoldenTask
{
    internal GoldenTask(string name, TrainingTask<TExample> task, Func<JsonNode, int, TExample> read)
        : base(name)
    {
        Task = task;
        Batches =
        [
            .. GoldenTensor.Read("trajectories", name, "batches.json")["batches"]!.AsArray().Select(batch =>
                Enumerable.Range(0, new GoldenTensor(batch!["input_ids"]!).Shape[0]).Select(row => read(batch, row)).ToArray()),
        ];
    }

    public TrainingTask<TExample> Task { get; }

    public IReadOnlyList<TExample[]> Batches { get; }
}
