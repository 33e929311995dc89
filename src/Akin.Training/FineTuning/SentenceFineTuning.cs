using Akin.Datasets;
using Akin.Datasets.Tasks;
using Akin.Hub;
using Akin.Pipelines;
using Akin.Search.Evaluation;
using Akin.Training.Evaluation;
using Akin.Training.Losses;
using Akin.Training.Sentences;

namespace Akin.Training.FineTuning;

/// <summary>Teaches a sentence model what is near in your own pairs, triplets or scores.</summary>
/// <remarks>
/// Files are .csv, .tsv or .jsonl with a header, also .gz; every column but <c>label</c> and <c>score</c> is a text. <c>akin train sentence</c> is this
/// class as a command.
/// </remarks>
public static class SentenceFineTuning
{
    /// <summary>Trains, evaluates, and writes the model with its card and report.</summary>
    /// <param name="options">The model, the files and how.</param>
    /// <param name="progress">Told about a download of the model.</param>
    /// <param name="cancellationToken">Writes a checkpoint and ends the run; <see cref="FineTuningOptions.Resume"/> goes on from it.</param>
    /// <exception cref="DataFormatException">A file is empty or broken, or a row lacks a column or holds no number where one is needed.</exception>
    /// <exception cref="LossInputException">The columns or labels are not what the loss wants.</exception>
    /// <exception cref="TrainingOptionException">The options do not fit the model or the data.</exception>
    /// <exception cref="TrainingDivergedException">A loss or a gradient is no longer finite.</exception>
    /// <exception cref="TrainingStateException">A checkpoint cannot be written or read.</exception>
    /// <exception cref="OperationCanceledException">The run was cancelled.</exception>
    public static FineTuningResult Train(SentenceOptions options, IProgress<DownloadProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        SentenceTable train = SentenceTable.Read(options, options.Train);
        SentenceTable? eval = options.Eval is null ? null : SentenceTable.Read(options, options.Eval);
        string folder = FineTuningRun.ResolveModel(options, progress, cancellationToken);
        SentenceTransformer model = Load();
        SentenceTransformer? guide = options.Guide is null ? null : SentenceTransformer.FromPretrained(options.Guide, new SentenceTransformerOptions { Hub = options.Hub }, progress, cancellationToken);
        SentenceLossParts parts = new()
        {
            EmbeddingSize = model.Dimension,
            LabelCount = train.LabelCount,
            Guide = guide,
            Model = model,
            Twin = Load,
            Seed = options.Arguments.Seed,
        };
        SentenceLoss loss = LossOf(options, parts);
        train = train.For(loss, options.Arguments.Seed);
        eval = eval?.For(loss, options.Arguments.Seed);
        SentenceDataset[] sets = [train.ToDataset(options, loss)];
        SentenceDataset[] evalSets = eval is null ? [] : [eval.ToDataset(options, loss)];
        SentenceTransformerTrainingArguments arguments = (SentenceTransformerTrainingArguments)options.Arguments;
        arguments = arguments with
        {
            BatchSampler = options.BatchSampler ?? SentenceBatches.SamplerFor(loss),
            MetricForBestModel = arguments.MetricForBestModel ?? (options.EvalRetrieval is not null ? "ndcg@10" : options.EvalSts is not null ? "spearman_cosine" : null),
        };
        return FineTuningRun.Train(
            options with { Arguments = arguments },
            new FineTuningParts<SentenceItem>(new SentenceTask(model, [.. sets, .. evalSets]), SentenceItem.Join(sets))
            {
                Eval = evalSets.Length == 0 ? null : SentenceItem.Join(evalSets),
                Evaluator = EvaluatorOf(options, model),
                BatchSampler = seed => SentenceBatches.Make(arguments, sets, seed),
                SaveMore = state => SentenceModelCard.Save(Path.Combine(arguments.OutputDir, "README.md"), model, arguments, sets, state),
            },
            cancellationToken);

        SentenceTransformer Load() => SentenceTransformer.FromPretrained(
            folder,
            new SentenceTransformerOptions { IsTrainable = true, MaxSequenceLength = options.MaxLength, FromScratch = options.FromScratch, Seed = options.Arguments.Seed },
            cancellationToken: cancellationToken);
    }

    private static SentenceLoss LossOf(SentenceOptions options, SentenceLossParts parts)
    {
        SentenceLoss loss = SentenceLosses.Create(options.Loss, options.MiniBatchSize is { } size ? parts with { MiniBatchSize = size } : parts);
        return options.MatryoshkaSizes.Count == 0 ? loss : new MatryoshkaLoss(loss, options.MatryoshkaSizes);
    }

    /// <summary>Measures the model as <c>akin eval sts</c> and <c>akin eval retrieval</c> do.</summary>
    internal static Func<CancellationToken, IReadOnlyDictionary<string, double>>? EvaluatorOf(SentenceOptions options, SentenceTransformer model)
    {
        if (options.EvalSts is null && options.EvalRetrieval is null)
        {
            return null;
        }

        EmbeddingSimilarityEvaluator? similarity = null;
        if (options.EvalSts is { } path)
        {
            StsFile pairs = StsFile.Read(path);
            similarity = new EmbeddingSimilarityEvaluator(pairs.First, pairs.Second, pairs.Scores);
        }

        BeirCollection? collection = options.EvalRetrieval is { } folder ? BeirCollection.Read(folder) : null;
        return token =>
        {
            Dictionary<string, double> values = [];
            foreach ((string name, double value) in similarity?.Evaluate(model, cancellationToken: token) ?? Enumerable.Empty<KeyValuePair<string, double>>())
            {
                values[name] = value;
            }

            if (collection is not null)
            {
                RetrievalRun run = DenseRetrieval.Run(collection, model, RetrievalFigures.Depth, cancellationToken: token);
                foreach ((string name, double value) in RetrievalFigures.Of(collection.Judgements, run))
                {
                    values[name] = value;
                }
            }

            return values;
        };
    }
}
