namespace Akin.Training;

/// <summary>Where a run stands; what <c>trainer_state.json</c> of a checkpoint tells.</summary>
public sealed class TrainerState
{
    /// <summary>Steps of the optimizer taken so far.</summary>
    public int GlobalStep { get; internal set; }

    /// <summary>Steps of the whole run.</summary>
    public int MaxSteps { get; internal set; }

    /// <summary>Epochs done, as a fraction.</summary>
    public double Epoch { get; internal set; }

    /// <summary>Epochs of the whole run, as a fraction.</summary>
    public double NumTrainEpochs { get; internal set; }

    /// <summary>Tokens trained on so far.</summary>
    public long NumInputTokensSeen { get; internal set; }

    /// <summary>The best value so far of <see cref="TrainingArguments.MetricForBestModel"/>.</summary>
    public double? BestMetric { get; internal set; }

    /// <summary>The step of <see cref="BestMetric"/>.</summary>
    public int? BestGlobalStep { get; internal set; }

    /// <summary>The folder of the best checkpoint, where one was written.</summary>
    public string? BestModelCheckpoint { get; internal set; }

    /// <summary>The loss of the step just taken.</summary>
    public double LastLoss { get; internal set; }

    /// <summary>The norm of the gradient of the step just taken, before clipping.</summary>
    public double LastGradientNorm { get; internal set; }

    /// <summary>The learning rate of the step just taken (of the first group of parameters).</summary>
    public double LastLearningRate { get; internal set; }

    /// <summary>All that was logged, in order: names and numbers, each entry with <c>step</c> and <c>epoch</c>.</summary>
    public IReadOnlyList<IReadOnlyDictionary<string, double>> LogHistory => Log;

    internal List<IReadOnlyDictionary<string, double>> Log { get; } = [];

    /// <summary>Whole epochs behind the next batch.</summary>
    internal int EpochIndex { get; set; }

    /// <summary>Micro-batches of the running epoch behind the next one.</summary>
    internal int BatchIndex { get; set; }

    /// <summary>The sum of the losses of all steps.</summary>
    internal double LossSum { get; set; }

    /// <summary>The sum of the losses of steps that were not logged yet, and how many they are.</summary>
    internal double PendingLoss { get; set; }

    internal int PendingSteps { get; set; }
}
