using Akin.Hub;
using Akin.Training.Acceleration;
using Akin.Training.Callbacks;

namespace Akin.Training.FineTuning;

/// <summary>What fine-tuning a model to any task needs. Immutable.</summary>
public abstract record FineTuningOptions
{
    /// <summary>A folder with a model, or its name on the hub.</summary>
    public required string Model { get; init; }

    /// <summary>Whether the model begins with new weights: its folder then needs <c>config.json</c> and the tokenizer only. Default: no.</summary>
    public bool FromScratch { get; init; }

    /// <summary>The file to learn from.</summary>
    public required string Train { get; init; }

    /// <summary>The file to evaluate on. Default: none.</summary>
    public string? Eval { get; init; }

    /// <summary>What the files are written in, where no byte-order mark tells, such as <c>cp949</c> or <c>gb18030</c>. Default: UTF-8.</summary>
    public string? Encoding { get; init; }

    /// <summary>Tokens of a text or a pair, special tokens included; longer ones are cut. Default: 128, for questions 384, or what the model can take when that is less.</summary>
    public int? MaxLength { get; init; }

    /// <summary>Whether there is something to evaluate on. A task with other means than <see cref="Eval"/> says so.</summary>
    public virtual bool Evaluates => Eval is not null;

    /// <summary>How to train; <see cref="TrainingArguments.OutputDir"/> receives the model, the logs and <c>report.html</c>.</summary>
    public TrainingArguments Arguments { get; init; } = new() { SaveStrategy = SaveStrategy.Epoch, SaveTotalLimit = 1, LoggingSteps = 50 };

    /// <summary>Whether to go on from the last checkpoint in the output folder, if there is one. Default: no.</summary>
    public bool Resume { get; init; }

    /// <summary>Stops after so many evaluations without a better result. Default: never.</summary>
    public int? EarlyStoppingPatience { get; init; }

    /// <summary>Watch the run. Default: nobody.</summary>
    public IReadOnlyList<TrainerCallback> Callbacks { get; init; } = [];

    /// <summary>Shares the work with other processes, all of which do the same; the main one writes the files. Default: one process.</summary>
    public Accelerator Accelerator { get; init; } = new(new AcceleratorOptions { Backend = AcceleratorBackend.Threads });

    /// <summary>How a model that is not a local folder is found.</summary>
    public HubOptions? Hub { get; init; }
}
