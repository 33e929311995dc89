using System.Diagnostics;
using System.Text.Json.Nodes;
using Akin.Training.CrashProbe;
using Akin.Training.Logging;
using Akin.Training.Tasks;

namespace Akin.Training.Tests.Logging;

public class LoggingTests
{
    [Fact]
    public void EventFile_OfAFewNumbers_IsReadByAnIndependentProgram()
    {
        using TemporaryFolder folder = new();
        string path;
        using (EventFileWriter writer = new(folder))
        {
            path = writer.Path;
            writer.Write("train/loss", 0.5f, 10);
            writer.Write("eval/정확도", 0.875f, 70_000); // names in any language, steps of several bytes
        }

        Assert.Equal(["0 - brain.Event:2", "10 train/loss 0.5", "70000 eval/정확도 0.875"], ReadEvents(path));
    }

    [Fact]
    public void EventFile_ThatIsDamaged_IsRefusedByTheIndependentProgram()
    {
        using TemporaryFolder folder = new();
        using EventFileWriter writer = new(folder);
        writer.Write("train/loss", 0.5f, 10);
        writer.Dispose();
        byte[] bytes = File.ReadAllBytes(writer.Path);
        bytes[^6] ^= 1;
        File.WriteAllBytes(writer.Path, bytes);
        Assert.ThrowsAny<Exception>(() => ReadEvents(writer.Path)); // so that the checksums are known to be checked
    }

    [Fact]
    public void Callbacks_OfARun_LogEveryFormat()
    {
        using TemporaryFolder folder = new();
        StringWriter console = new();
        string lines = folder.File("logs", "log.jsonl");
        Trainer<SequenceClassificationExample> probe = ProbeRun.Create(folder);
        Trainer<SequenceClassificationExample> trainer = new(
            new SequenceClassificationTask(ProbeRun.CreateModel()), probe.Arguments with { MaxSteps = 20, LoadBestModelAtEnd = false })
        {
            TrainDataset = probe.TrainDataset,
            EvalDataset = probe.EvalDataset,
            Callbacks = [new TensorBoardCallback(folder.File("runs")), new JsonLinesLogCallback(lines), new ProgressBarCallback(console, isTerminal: false)],
        };
        trainer.Train();
        JsonNode[] logged = [.. File.ReadLines(lines).Select(line => JsonNode.Parse(line)!)];
        Assert.Equal(trainer.State.LogHistory.Count, logged.Length);
        Assert.Equal([4, 8, 12, 16, 20], logged.Where(line => line["loss"] is not null).Select(line => line["step"]!.GetValue<int>()));
        Assert.Equal([10, 20], logged.Where(line => line["eval_loss"] is not null).Select(line => line["step"]!.GetValue<int>()));
        Assert.NotNull(logged[^1]["train_loss"]);

        string[] events = ReadEvents(Directory.GetFiles(folder.File("runs")).Single());
        Assert.Equal(5, events.Count(line => line.Split(' ')[1] == "train/loss"));
        Assert.Equal(2, events.Count(line => line.Split(' ')[1] == "eval/loss"));

        Assert.Matches(@"\[#{24}\] 20/20 epoch 2\.\d\d loss \d\.\d{4} lr \d(\.\d+)?e-\d [\d,]+ tokens/s 00:\d\d left 00:00\n", console.ToString());
        Assert.Contains("step 10: eval_loss 0.", console.ToString());
    }

    [Fact]
    public void JsonLines_OfAResumedRun_ReadAsIfItHadNotBeenInterrupted()
    {
        using TemporaryFolder folder = new();
        string path = folder.File("log.jsonl");
        File.WriteAllText(path, "{\"loss\":1,\"step\":4}\n{\"loss\":1,\"step\":8}\n{\"loss\":1,\"st");
        new JsonLinesLogCallback(path).OnTrainBegin(new TrainingArguments(), new TrainerState { GlobalStep = 5 }, new TrainerControl());
        Assert.Equal("{\"loss\":1,\"step\":4}\n", File.ReadAllText(path));
        new JsonLinesLogCallback(path).OnTrainBegin(new TrainingArguments(), new TrainerState(), new TrainerControl());
        Assert.Equal("", File.ReadAllText(path));
    }

    [Fact]
    public void ProgressBar_OnATerminal_DrawsOneLineAgain()
    {
        StringWriter console = new();
        ProgressBarCallback bar = new(console, isTerminal: true);
        TrainerState state = new() { MaxSteps = 4000, GlobalStep = 0 };
        bar.OnTrainBegin(new TrainingArguments(), state, new TrainerControl());
        (state.GlobalStep, state.LastLoss, state.LastLearningRate) = (1000, 0.25, 3.75e-5);
        bar.OnStepEnd(new TrainingArguments(), state, new TrainerControl());
        bar.OnTrainEnd(new TrainingArguments(), state, new TrainerControl());
        Assert.StartsWith("\r[######..................] 1000/4000 epoch 0.00 loss 0.2500 lr 3.75e-5 0 tokens/s 00:00 left 00:00", console.ToString());
        Assert.EndsWith("\e[K\n", console.ToString());
    }

    /// <summary>The lines <c>step tag value</c> that <c>eng/read_events.py</c>, which shares no code with the writer, finds in a file.</summary>
    private static string[] ReadEvents(string path)
    {
        using Process process = Process.Start(new ProcessStartInfo("python3", [Path.Combine(Repository.Root, "eng", "read_events.py"), path])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? output.TrimEnd().Split('\n') : throw new InvalidOperationException(errors.Result);
    }
}
