using System.CommandLine;
using Akin.Training;
using Akin.Training.Callbacks;
using Akin.Training.Distillation;
using Akin.Training.Logging;

namespace Akin.Cli.Verbs;

/// <summary><c>akin train distill</c>: a small model out of a large one.</summary>
internal sealed class TrainDistillVerb : Verb
{
    private readonly Option<string> _teacher = new("--teacher") { Description = "The large model: a folder, or its name on the hub.", Required = true };
    private readonly Option<string> _layers = new("--student-layers") { Description = "The teacher's layers the student keeps, from 0 on, as 0,5,11.", Required = true };
    private readonly Option<string[]> _texts = new("--texts")
    {
        Description = "Texts to learn from: .txt, .jsonl, .csv, .tsv, also .gz; a field prompt names the teacher's prompt for a text.",
        Required = true,
        AllowMultipleArgumentsPerToken = true,
    };
    private readonly Option<string> _output = new("--output", "-o") { Description = "The folder for the student, logs and checkpoints.", Required = true };
    private readonly Option<int?> _vocabulary = SharedOptions.Positive("--vocabulary", "Tokens the student keeps: those the texts need most (all).");
    private readonly Option<int?> _intermediate = SharedOptions.Positive("--intermediate-size", "Units the student keeps of every feed-forward part (all).");
    private readonly Option<int?> _dimensions = SharedOptions.Positive("--dimensions", "Numbers of the student's vectors: the principal directions of the teacher's (all).");
    private readonly Option<int?> _maxLength = SharedOptions.Positive("--max-length", "Tokens of the longest text (as the teacher).");
    private readonly Option<string?> _vectors = new("--teacher-vectors") { Description = "The file of the teacher's vectors, which later runs use again (teacher.vectors in the output folder)." };
    private readonly Option<bool> _onlyKnown = new("--only-known") { Description = "Learn only from texts whose vectors are in that file: the teacher does not run." };
    private readonly Option<string?> _student = new("--student") { Description = "Go on from this student instead of beginning one." };
    private readonly Option<double> _vectorWeight = TrainingOptions.Number("--vector-weight", 1, "How much the distance to the teacher's vectors counts.");
    private readonly Option<double> _similarityWeight = TrainingOptions.Number("--similarity-weight", 0, "How much it counts that neighbours rank as the teacher's.");
    private readonly Option<double> _temperature = TrainingOptions.Number("--temperature", 0.03, "How near a neighbour must be to count.");
    private readonly Option<double> _epochs = TrainingOptions.Number("--epochs", 1, "How often the texts are gone through.");
    private readonly Option<int?> _maxSteps = SharedOptions.Positive("--max-steps", "Steps, whatever the epochs say.");
    private readonly Option<int?> _batchSize = SharedOptions.Positive("--batch-size", "Texts of a step (128).");
    private readonly Option<double> _learningRate = TrainingOptions.Number("--learning-rate", 5e-4, "The highest learning rate.");
    private readonly Option<double> _warmup = TrainingOptions.Number("--warmup", 0.05, "Steps in which the rate rises from 0; below 1: their share of all.");
    private readonly Option<int?> _saveSteps = SharedOptions.Positive("--save-steps", "Steps from one checkpoint to the next (1000).");
    private readonly Option<ulong> _seed = new("--seed") { Description = "Seeds the order of texts.", DefaultValueFactory = _ => 42 };
    private readonly Option<bool> _resume = new("--resume") { Description = "Go on from the last checkpoint in the output folder." };
    private readonly Option<bool> _overwrite = new("--overwrite") { Description = "Delete the checkpoints of an earlier run in the output folder." };

    public TrainDistillVerb()
        : base(
            "distill",
            "Make a small, fast model out of a large one: fewer layers, fewer tokens, taught the large one's vectors.",
            "akin train distill --teacher ./multilingual-e5-small --student-layers 0,5,11 --vocabulary 28000 --texts corpus.jsonl --epochs 3 --output ./small")
    {
        foreach (Option option in (ReadOnlySpan<Option>)[
            _teacher, _layers, _texts, _output, _vocabulary, _intermediate, _dimensions, _maxLength, _vectors, _onlyKnown, _student, _vectorWeight, _similarityWeight, _temperature,
            _epochs, _maxSteps, _batchSize, _learningRate, _warmup, _saveSteps, _seed, _resume, _overwrite])
        {
            Add(option);
        }
    }

    protected override void Execute(ParseResult arguments, CommandContext context)
    {
        string output = arguments.GetRequiredValue(_output);
        using DownloadReport download = new(context);
        using ProgressReport teacher = context.Progress("Teacher's vectors", "texts");
        context.StopNote = () => $"the run was saved; go on with --resume (in '{output}').";
        DistillationResult result = Distiller.Run(
            new DistillationOptions
            {
                Teacher = arguments.GetRequiredValue(_teacher),
                Shape = new StudentShape
                {
                    Layers = ReadLayers(arguments.GetRequiredValue(_layers)),
                    VocabularySize = arguments.GetValue(_vocabulary),
                    IntermediateSize = arguments.GetValue(_intermediate),
                    MaxSequenceLength = arguments.GetValue(_maxLength),
                },
                Texts = arguments.GetRequiredValue(_texts),
                TeacherVectors = arguments.GetValue(_vectors),
                OnlyKnownTexts = arguments.GetValue(_onlyKnown),
                Student = arguments.GetValue(_student),
                Dimensions = arguments.GetValue(_dimensions),
                Loss = new DistillationLossOptions
                {
                    VectorWeight = (float)arguments.GetValue(_vectorWeight),
                    SimilarityWeight = (float)arguments.GetValue(_similarityWeight),
                    Temperature = (float)arguments.GetValue(_temperature),
                },
                Arguments = new TrainingArguments
                {
                    OutputDir = output,
                    OverwriteOutputDir = arguments.GetValue(_overwrite),
                    NumTrainEpochs = arguments.GetValue(_epochs),
                    MaxSteps = arguments.GetValue(_maxSteps) ?? -1,
                    PerDeviceTrainBatchSize = arguments.GetValue(_batchSize) ?? 128,
                    LearningRate = arguments.GetValue(_learningRate),
                    WarmupSteps = arguments.GetValue(_warmup),
                    SaveSteps = arguments.GetValue(_saveSteps) ?? 1000,
                    SaveTotalLimit = 1,
                    LoggingSteps = 50,
                    Seed = arguments.GetValue(_seed),
                },
                Resume = arguments.GetValue(_resume),
                TeacherProgress = teacher,
                Callbacks = context.Quiet ? [] : (TrainerCallback[])[new ProgressBarCallback(Console.Error)],
            },
            download,
            context.Cancellation);

        if (context.Json)
        {
            JsonOutput.Write(context, new
            {
                result.TextCount,
                result.Steps,
                result.TrainLoss,
                TrainSeconds = result.TrainSeconds,
                Output = result.OutputDir,
            });
            return;
        }

        context.Output.WriteLine($"{result.Steps:N0} steps over {result.TextCount:N0} texts in {TimeSpan.FromSeconds(result.TrainSeconds):h\\:mm\\:ss}, mean loss {result.TrainLoss:0.0000}");
        context.Message($"The student is in '{result.OutputDir}'.");
    }

    private static int[] ReadLayers(string text)
    {
        string[] parts = text.Split(',', StringSplitOptions.TrimEntries);
        int[] layers = new int[parts.Length];
        for (int i = 0; i < parts.Length; i++)
        {
            if (!int.TryParse(parts[i], System.Globalization.CultureInfo.InvariantCulture, out layers[i]))
            {
                throw new CommandException($"--student-layers: '{parts[i]}' is not a layer; give numbers from 0 on with commas between them, as 0,5,11.");
            }
        }

        return layers;
    }
}
