using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Akin.Datasets;
using Akin.Hub;
using Akin.Models.Checkpoints;
using Akin.Pipelines;
using Akin.Search.Evaluation;
using Akin.Training.Callbacks;
using Akin.Training.FineTuning;
using Akin.Training.Mining;

namespace Akin.Training.Sentences.Recipes;

/// <summary>Runs a <see cref="SentenceRecipe"/>. <c>akin train sentence --recipe</c> is this class as a command.</summary>
/// <remarks>A run that was interrupted goes on: finished rounds are kept, the one that was running is taken up where it stood.</remarks>
public static class SentenceLoop
{
    private const string ResultFile = "result.json";
    private const string TrainFile = "train.jsonl";

    /// <summary>Runs all rounds.</summary>
    /// <param name="recipe">What to do.</param>
    /// <param name="outputDir">Receives the last model; the rounds are below it in <c>rounds/</c>.</param>
    /// <param name="resume">Whether to go on with what is there.</param>
    /// <param name="callbacks">Watch the trainings. Default: nobody.</param>
    /// <param name="roundDone">Told after every round. Default: nobody.</param>
    /// <param name="progress">Told about a download of the model.</param>
    /// <param name="cancellationToken">Writes a checkpoint and ends the run.</param>
    /// <exception cref="TrainingOptionException">There are rounds already and the run is not to go on, or the options do not fit the model or the data.</exception>
    /// <exception cref="DataFormatException">A file is empty or broken.</exception>
    /// <exception cref="Losses.LossInputException">The columns or labels are not what the loss wants.</exception>
    /// <exception cref="TrainingStateException">A checkpoint cannot be written or read.</exception>
    /// <exception cref="OperationCanceledException">The run was cancelled.</exception>
    public static SentenceLoopResult Run(
        SentenceRecipe recipe,
        string outputDir,
        bool resume = false,
        IReadOnlyList<TrainerCallback>? callbacks = null,
        Action<SentenceRoundResult>? roundDone = null,
        IProgress<DownloadProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(recipe);
        string rounds = Path.Combine(outputDir, "rounds");
        if (!resume && Directory.Exists(rounds))
        {
            throw new TrainingOptionException($"'{rounds}' holds rounds of an earlier run: go on with them, or choose another folder.");
        }

        List<SentenceRoundResult> results = [];
        void Add(SentenceRoundResult result)
        {
            results.Add(result);
            roundDone?.Invoke(result);
        }

        if (recipe.EvalSts is not null || recipe.EvalRetrieval is not null)
        {
            string folder = Path.Combine(rounds, "0-untouched");
            Add(Finished(folder) ?? Save(folder, Measure(recipe, progress, cancellationToken)));
        }

        string model = recipe.Model;
        for (int i = 0; i < recipe.Rounds.Count; i++)
        {
            SentenceRound round = recipe.Rounds[i];
            string folder = Path.Combine(rounds, $"{i + 1}-{round.Name}");
            Add(Finished(folder) ?? Save(folder, Train(recipe, round, round.StartsAnew ? recipe.Model : model, folder, callbacks ?? [], progress, cancellationToken)));
            model = folder;
        }

        SentenceTransformer.FromPretrained(model, cancellationToken: cancellationToken).SavePretrained(outputDir, cancellationToken);
        File.Copy(Path.Combine(model, "README.md"), Path.Combine(outputDir, "README.md"), overwrite: true);
        return new SentenceLoopResult(outputDir, results);
    }

    private static SentenceRoundResult Measure(SentenceRecipe recipe, IProgress<DownloadProgress>? progress, CancellationToken cancellationToken)
    {
        SentenceTransformer model = SentenceTransformer.FromPretrained(recipe.Model, new SentenceTransformerOptions { MaxSequenceLength = recipe.MaxLength }, progress, cancellationToken);
        SentenceOptions options = new() { Model = recipe.Model, Train = recipe.Train, EvalSts = recipe.EvalSts, EvalRetrieval = recipe.EvalRetrieval };
        IReadOnlyDictionary<string, double> values = SentenceFineTuning.EvaluatorOf(options, model)!(cancellationToken);
        return new SentenceRoundResult("untouched", 0, 0, 0, values.ToDictionary(value => $"eval_{value.Key}", value => value.Value));
    }

    private static SentenceRoundResult Train(
        SentenceRecipe recipe, SentenceRound round, string model, string folder, IReadOnlyList<TrainerCallback> callbacks, IProgress<DownloadProgress>? progress, CancellationToken cancellationToken)
    {
        string train = round.Negatives.Count == 0 ? recipe.Train : Path.Combine(folder, TrainFile);
        if (round.Negatives.Count > 0 && !File.Exists(train))
        {
            Mine(recipe, round, model, train, progress, cancellationToken);
        }

        SentenceOptions options = new()
        {
            Model = model,
            Train = train,
            Loss = round.Loss,
            MiniBatchSize = round.MiniBatchSize,
            MaxLength = recipe.MaxLength,
            EvalSts = recipe.EvalSts,
            EvalRetrieval = recipe.EvalRetrieval,
            Callbacks = callbacks,
            Resume = true,
        };
        bool evaluates = recipe.EvalSts is not null || recipe.EvalRetrieval is not null;
        FineTuningResult result = SentenceFineTuning.Train(
            options with
            {
                Arguments = options.Arguments with
                {
                    OutputDir = folder,
                    NumTrainEpochs = round.Epochs,
                    PerDeviceTrainBatchSize = round.BatchSize,
                    LearningRate = round.LearningRate,
                    WarmupSteps = round.Warmup,
                    WeightDecay = round.WeightDecay,
                    Seed = recipe.Seed,
                    EvalStrategy = evaluates ? IntervalStrategy.Epoch : IntervalStrategy.No,
                },
            },
            progress,
            cancellationToken);
        return new SentenceRoundResult(round.Name, result.Examples, result.Steps, result.TrainSeconds, result.Metrics);
    }

    /// <summary>Writes a row for every pair and negative, whole or not at all.</summary>
    private static void Mine(SentenceRecipe recipe, SentenceRound round, string model, string file, IProgress<DownloadProgress>? progress, CancellationToken cancellationToken)
    {
        (IReadOnlyList<(string, string)> pairs, IReadOnlyList<string> corpus) = PairsOf(recipe);
        IReadOnlyDictionary<string, object?>[] rows =
        [
            .. from source in round.Negatives
               let isModel = source == "model"
               let options = new HardNegativeOptions
               {
                   NegativeCount = round.PerPair,
                   RangeMin = round.RangeMin,
                   AbsoluteMargin = isModel ? round.Margin : null,
                   RelativeMargin = isModel ? round.RelativeMargin : null,
                   MaxScore = isModel ? round.MaxScore : null,
                   Seed = (int)(recipe.Seed % int.MaxValue),
               }
               from row in HardNegatives.Mine(pairs, SourceOf(source), options, corpus, cancellationToken: cancellationToken).Rows(NegativeFormat.Triplet)
               select row,
        ];
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        AtomicFile.Write(file, stream => MinedRows.WriteJsonLines(stream, rows));

        INegativeSource SourceOf(string name) => name switch
        {
            "bm25" => new Bm25Negatives(),
            "random" => new RandomNegatives((int)(recipe.Seed % int.MaxValue)),
            _ => new ModelNegatives(SentenceTransformer.FromPretrained(model, new SentenceTransformerOptions { MaxSequenceLength = recipe.MaxLength }, progress, cancellationToken)),
        };
    }

    private static (IReadOnlyList<(string Query, string Answer)> Pairs, IReadOnlyList<string> Corpus) PairsOf(SentenceRecipe recipe)
    {
        IReadOnlyList<string> more = recipe.Corpus is { } file ? [.. TextRecords.Read(file).Select(record => record.FullText).Where(text => text.Length > 0)] : [];
        if (Directory.Exists(recipe.Train))
        {
            BeirCollection collection = BeirCollection.Read(recipe.Train, "train");
            return ([.. collection.RelevantPairs()], [.. collection.Documents.Select(document => document.EmbeddingText), .. more]);
        }

        SentenceTable table = SentenceTable.Read(new SentenceOptions { Model = recipe.Model, Train = recipe.Train }, recipe.Train);
        return ([.. table.Examples.Select(example => (example.Texts[0], example.Texts[1]))], more);
    }

    private static SentenceRoundResult Save(string folder, SentenceRoundResult result)
    {
        JsonObject metrics = [.. result.Metrics.Where(metric => double.IsFinite(metric.Value)).Select(metric => KeyValuePair.Create(metric.Key, (JsonNode?)metric.Value))];
        JsonObject json = new()
        {
            ["name"] = result.Name,
            ["examples"] = result.Examples,
            ["steps"] = result.Steps,
            ["train_seconds"] = result.TrainSeconds,
            ["metrics"] = metrics,
        };
        Directory.CreateDirectory(folder);
        AtomicFile.Write(Path.Combine(folder, ResultFile), stream => stream.Write(Encoding.UTF8.GetBytes(json.ToJsonString() + "\n")));
        return result;
    }

    /// <summary>What a round has brought that was finished in an earlier run, or null.</summary>
    private static SentenceRoundResult? Finished(string folder)
    {
        string file = Path.Combine(folder, ResultFile);
        if (!File.Exists(file))
        {
            return null;
        }

        try
        {
            JsonNode json = JsonNode.Parse(File.ReadAllBytes(file))!;
            return new SentenceRoundResult(
                json["name"]!.GetValue<string>(), json["examples"]!.GetValue<int>(), json["steps"]!.GetValue<int>(), json["train_seconds"]!.GetValue<double>(),
                json["metrics"]!.AsObject().ToDictionary(metric => metric.Key, metric => metric.Value!.GetValue<double>()));
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or NullReferenceException or FormatException)
        {
            throw new TrainingStateException(file, $"damage ({exception.Message})", "what a round has brought", "Delete the folder of this round to run it again.", exception);
        }
    }
}
