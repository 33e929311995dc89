using System.Diagnostics;
using System.Runtime.InteropServices;
using Akin.Training;
using Akin.Training.Acceleration;
using Akin.Training.MpiProbe;
using Akin.Training.Tasks;

// A program for `mpirun -n N`. Every process writes what it has to OUT/NAME.RANK:
//   train MODEL OUT STEPS MICRO-BATCHES   trains; the gradients of the first step, the weights after the last, and how many buckets left early
//   exchange OUT COUNT                    its shard of 0 … COUNT-1, and everything that Sum, Gather and Broadcast gave
//   write OUT                             the main process writes a file through OnMainProcess; then it fails in one
//   die MODEL STEP                        trains for ever; the last process kills itself in the backward pass of a step
//   trainer FOLDER [kill|cancel STEP]     a run of Trainer, from its last checkpoint if there is one; the last process ends it after a step
//   trainer FOLDER threads                every process for itself
//   trainer FOLDER alone                  only the main process goes on from the last checkpoint
//   differ MODEL MODEL                    the main process prepares another model than the others
string? seconds = Environment.GetEnvironmentVariable("PROBE_TIMEOUT_SECONDS");
AcceleratorOptions options = new() { BucketBytes = 4096, Timeout = TimeSpan.FromSeconds(seconds is null ? 30 : int.Parse(seconds)) };
Accelerator accelerator;
try
{
    accelerator = new Accelerator(options);
    Dispatch();
    accelerator.EndTraining();
    return 0;
}
catch (Exception error) when (error is ProcessExchangeException or MpiUnavailableException or TrainingStateException or IOException or OperationCanceledException)
{
    Console.Error.WriteLine($"{error.GetType().Name}: {error.Message}");
    return 3;
}

void Dispatch()
{
    switch (args[0])
    {
        case "train":
            Train(args[1], args[2], int.Parse(args[3]), int.Parse(args[4]));
            break;
        case "exchange":
            Exchange(args[1], int.Parse(args[2]));
            break;
        case "write":
            accelerator.OnMainProcess(() => File.WriteAllText(Path.Combine(args[1], $"written.{accelerator.ProcessIndex}"), "once"));
            Save(args[1], "seen", [Directory.GetFiles(args[1], "written.*").Length]);
            accelerator.OnMainProcess(() => throw new IOException("no space"));
            break;
        case "die":
            Die(args[1], int.Parse(args[2]));
            break;
        case "trainer":
            RunTrainer(args[1], args.Length > 2 ? args[2] : "", args.Length > 3 ? int.Parse(args[3]) : 0);
            break;
        case "differ":
            _ = new ProbeLoop(args[accelerator.IsMainProcess ? 1 : 2], accelerator);
            break;
        default:
            throw new ArgumentException($"Unknown command '{args[0]}'.");
    }
}

void Train(string model, string folder, int steps, int microBatches)
{
    ProbeLoop loop = new(model, accelerator);
    for (int step = 0; step < steps; step++)
    {
        loop.Step(step, microBatches);
        if (step == 0)
        {
            Save(folder, "gradients", loop.Gradients);
        }
    }

    Save(folder, "weights", loop.Weights);
    Save(folder, "buckets", [accelerator.BucketCount, accelerator.EarlyBucketCount]);
}

void Exchange(string folder, int count)
{
    Save(folder, "shard", [.. accelerator.Shard([.. Enumerable.Range(0, count)]).Select(index => (float)index)]);
    double[] sums = [accelerator.ProcessIndex + 1, 0.1 * (accelerator.ProcessIndex + 1)];
    accelerator.Sum(sums);
    Save(folder, "sum", [.. sums.Select(sum => (float)sum)]);
    float[] mine = [.. Enumerable.Repeat((float)accelerator.ProcessIndex, accelerator.ProcessIndex)];
    Save(folder, "gather", [.. accelerator.Gather<float>(mine).SelectMany(part => part.Prepend(-1))]);
    float[] all = [.. Enumerable.Range(0, 5_000_000).Select(i => accelerator.IsMainProcess ? i : 0f)];
    accelerator.Broadcast<float>(all);
    Save(folder, "broadcast", [all[0], all[4_999_999]]);
    accelerator.WaitForEveryone();
    string? caught = null;
    try
    {
        _ = ((string)null!).Length; // the runtime's own signal handlers must still work beside those of MPI
    }
    catch (NullReferenceException error)
    {
        caught = error.Message;
    }

    Save(folder, "caught", [caught is null ? 0 : 1]);
}

void Die(string model, int atStep)
{
    ProbeLoop loop = new(model, accelerator);
    for (int step = 0; ; step++)
    {
        if (step == atStep && accelerator.ProcessIndex == accelerator.ProcessCount - 1)
        {
            int completed = 0;
            loop.Context.GradientCompleted = _ =>
            {
                if (++completed == 5)
                {
                    Process.GetCurrentProcess().Kill();
                }
            };
        }

        loop.Step(step, microBatchCount: accelerator.ProcessCount);
    }
}

void RunTrainer(string folder, string end, int step)
{
    using CancellationTokenSource interrupt = new();
    AfterStep? watcher = accelerator.ProcessIndex < accelerator.ProcessCount - 1 ? null : end switch
    {
        "kill" => new AfterStep(step, Process.GetCurrentProcess().Kill),
        "cancel" => new AfterStep(step, interrupt.Cancel),
        _ => null,
    };
    Trainer<SequenceClassificationExample> trainer = ProbeTrainer.Create(
        folder, end == "threads" ? new Accelerator(options with { Backend = AcceleratorBackend.Threads }) : accelerator, watcher);
    trainer.Train(end == "alone" && !accelerator.IsMainProcess ? null : TrainerCheckpoint.FindLast(folder), interrupt.Token);
    trainer.SaveModel(Path.Combine(folder, "final"));
}

void Save(string folder, string name, float[] numbers) =>
    File.WriteAllBytes(Path.Combine(folder, $"{name}.{accelerator.ProcessIndex}"), MemoryMarshal.AsBytes<float>(numbers).ToArray());
