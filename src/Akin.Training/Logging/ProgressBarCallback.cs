using System.Diagnostics;
using System.Globalization;
using Akin.Training.Callbacks;

namespace Akin.Training.Logging;

/// <summary>Shows how far a run is: loss, learning rate, tokens a second and the time left; a bar on a terminal, plain lines elsewhere.</summary>
/// <param name="writer">Where it is shown, such as <see cref="Console.Error"/>.</param>
/// <param name="isTerminal">Whether a line can be drawn again. Default: whether standard error is a terminal.</param>
public sealed class ProgressBarCallback(TextWriter writer, bool? isTerminal = null) : TrainerCallback
{
    private const int BarWidth = 24;
    private const double LossMemory = 0.98; // the shown loss is a running mean of about the last 50 steps
    private static readonly TimeSpan RedrawInterval = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LineInterval = TimeSpan.FromSeconds(10);

    private readonly bool _isTerminal = isTerminal ?? !Console.IsErrorRedirected;
    private readonly Stopwatch _clock = new();
    private TimeSpan _next;
    private int _firstStep;
    private long _firstToken;
    private double _loss = double.NaN;
    private bool _isDrawn;

    /// <inheritdoc/>
    public override bool IsForMainProcess => true;

    /// <inheritdoc/>
    public override void OnTrainBegin(TrainingArguments arguments, TrainerState state, TrainerControl control)
    {
        ArgumentNullException.ThrowIfNull(state);
        _clock.Restart();
        _next = TimeSpan.Zero;
        (_firstStep, _firstToken, _loss) = (state.GlobalStep, state.NumInputTokensSeen, double.NaN);
    }

    /// <inheritdoc/>
    public override void OnStepEnd(TrainingArguments arguments, TrainerState state, TrainerControl control)
    {
        ArgumentNullException.ThrowIfNull(state);
        _loss = double.IsNaN(_loss) ? state.LastLoss : (LossMemory * _loss) + ((1 - LossMemory) * state.LastLoss);
        TimeSpan elapsed = _clock.Elapsed;
        if (elapsed < _next && state.GlobalStep < state.MaxSteps)
        {
            return;
        }

        _next = elapsed + (_isTerminal ? RedrawInterval : LineInterval);
        string line = Line(state, elapsed);
        if (_isTerminal)
        {
            _isDrawn = true;
            writer.Write($"\r{line}\e[K");
            writer.Flush();
        }
        else
        {
            writer.WriteLine(line);
        }
    }

    /// <inheritdoc/>
    public override void OnEvaluate(TrainingArguments arguments, TrainerState state, TrainerControl control, IReadOnlyDictionary<string, double> metrics)
    {
        ArgumentNullException.ThrowIfNull(state);
        string[] shown =
        [
            .. metrics.Where(pair => !pair.Key.EndsWith("_second", StringComparison.Ordinal) && !pair.Key.EndsWith("_runtime", StringComparison.Ordinal))
                .Select(pair => string.Create(CultureInfo.InvariantCulture, $"{pair.Key} {pair.Value:G4}")),
        ];
        LeaveBar();
        writer.WriteLine($"step {state.GlobalStep}: {string.Join(", ", shown)}");
    }

    /// <inheritdoc/>
    public override void OnTrainEnd(TrainingArguments arguments, TrainerState state, TrainerControl control) => LeaveBar();

    private static string Time(TimeSpan time) => time.TotalHours >= 1 ? $"{(int)time.TotalHours}:{time:mm\\:ss}" : $"{time:mm\\:ss}";

    private string Line(TrainerState state, TimeSpan elapsed)
    {
        int stepsHere = Math.Max(1, state.GlobalStep - _firstStep);
        double tokensPerSecond = (state.NumInputTokensSeen - _firstToken) / Math.Max(elapsed.TotalSeconds, 1e-3);
        TimeSpan left = elapsed * ((state.MaxSteps - state.GlobalStep) / (double)stepsHere);
        int filled = BarWidth * state.GlobalStep / Math.Max(1, state.MaxSteps);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"[{new string('#', filled)}{new string('.', BarWidth - filled)}] {state.GlobalStep}/{state.MaxSteps} epoch {state.Epoch:F2} loss {_loss:F4} " +
            $"lr {state.LastLearningRate:0.##e0} {tokensPerSecond:N0} tokens/s {Time(elapsed)} left {Time(left)}");
    }

    private void LeaveBar()
    {
        if (_isDrawn)
        {
            writer.WriteLine();
            _isDrawn = false;
        }
    }
}
