using System.Globalization;
using Akin.Training;
using Akin.Training.CrashProbe;
using Akin.Training.Tasks;

// usage: Akin.Training.CrashProbe FOLDER [HOLD]
// Trains a small model in FOLDER, from its last checkpoint if there is one, and says "step N" after every step and "done" at the end.
// Ctrl-C ends the run with a checkpoint; after step HOLD the run waits for it. Tests kill it, interrupt it, and limit its disk.
using CancellationTokenSource interrupt = new();
Console.CancelKeyPress += (_, e) =>
{
    e.Cancel = true;
    interrupt.Cancel();
};

try
{
    Trainer<SequenceClassificationExample> trainer = ProbeRun.Create(args[0], new SayStep(args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : null, interrupt.Token));
    trainer.Train(TrainerCheckpoint.FindLast(args[0]), interrupt.Token);
    trainer.SaveModel(Path.Combine(args[0], "final"));
    Console.WriteLine("done");
    return 0;
}
catch (OperationCanceledException)
{
    Console.WriteLine("interrupted");
    return 130;
}
catch (TrainingStateException exception)
{
    Console.Error.WriteLine(exception.Message);
    return 1;
}
