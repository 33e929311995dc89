using System.Globalization;
using Akin.Kernels;
using Akin.Models.Checkpoints;
using Akin.Tensors;

namespace Akin.Training.Optimizers;

/// <summary>Changes parameters by their gradients.</summary>
/// <remarks>
/// A step reads and writes every number once, on all threads; its result does not depend on how many there are. Parameters that no backward pass has
/// reached, and frozen ones, are left alone; in a table of embeddings of which some rows were used, all rows move, as in PyTorch. Master weights and
/// moments are 32-bit. Not thread-safe.
/// </remarks>
public abstract class Optimizer
{
    private const int PieceLength = 1 << 14; // four streams of 64 KB: they pass through the second-level cache once

    private readonly List<OptimizerSlot> _slots = [];
    private readonly List<Piece> _pieces = [];

    private protected Optimizer(IEnumerable<ParameterGroup> groups)
    {
        ArgumentNullException.ThrowIfNull(groups);
        Groups = [.. groups];
        HashSet<string> names = new(StringComparer.Ordinal);
        foreach (ParameterGroup group in Groups)
        {
            foreach (Parameter parameter in group.Parameters)
            {
                if (!names.Add(parameter.Name))
                {
                    throw new ArgumentException($"The parameter '{parameter.Name}' was given twice: each belongs to one group.", nameof(groups));
                }

                _slots.Add(new OptimizerSlot(parameter, group));
            }
        }

        if (_slots.Count == 0)
        {
            throw new ArgumentException("An optimizer needs at least one parameter.", nameof(groups));
        }
    }

    /// <summary>The parameters with their rates.</summary>
    public IReadOnlyList<ParameterGroup> Groups { get; }

    /// <summary>The names of what is remembered for a parameter, as PyTorch's state dictionaries have them.</summary>
    internal abstract IReadOnlyList<string> StateNames(Parameter parameter);

    /// <summary>How many numbers each of <see cref="StateNames"/> has.</summary>
    private protected virtual int StateLength(Parameter parameter, int index) => (int)parameter.Shape.ElementCount;

    /// <summary>Whether a parameter can be changed piece by piece.</summary>
    private protected virtual bool IsElementwise => true;

    /// <summary>Changes some numbers of a parameter.</summary>
    private protected abstract void Update(OptimizerSlot slot, int start, int length, double gradientScale);

    /// <summary>Takes one step with the gradients that backward passes have left.</summary>
    /// <param name="gradientScale">Multiplies every gradient in passing, such as the factor of clipping. Default: 1.</param>
    /// <param name="pool">Threads. Default: <see cref="WorkerPool.Shared"/>.</param>
    public void Step(double gradientScale = 1, WorkerPool? pool = null)
    {
        _pieces.Clear();
        foreach (OptimizerSlot slot in _slots)
        {
            if (!slot.TakeGradient())
            {
                continue;
            }

            if (slot.State.Length == 0)
            {
                slot.State = [.. StateNames(slot.Parameter).Select((_, index) => new float[StateLength(slot.Parameter, index)])];
            }

            slot.StepCount++;
            int length = (int)slot.Parameter.Shape.ElementCount;
            int pieceLength = IsElementwise ? PieceLength : length;
            for (int start = 0; start < length; start += pieceLength)
            {
                _pieces.Add(new Piece(slot, start, Math.Min(pieceLength, length - start)));
            }
        }

        StepBody body = new(this, gradientScale);
        (pool ?? WorkerPool.Shared).For(_pieces.Count, ref body);
        foreach (Piece piece in _pieces)
        {
            if (piece.Start == 0)
            {
                piece.Slot.Parameter.MarkChanged();
            }
        }
    }

    /// <summary>Forgets the gradients, before the next backward pass (PyTorch's <c>zero_grad</c>).</summary>
    public void ClearGradients()
    {
        foreach (OptimizerSlot slot in _slots)
        {
            slot.Parameter.ClearGradient();
        }
    }

    /// <summary>Writes what is remembered between steps to a safetensors file, whole or not at all.</summary>
    /// <param name="path">The file.</param>
    /// <param name="cancellationToken">Stops between tensors; what the file held before is then untouched.</param>
    /// <exception cref="IOException">The disk is full, the folder is missing, ….</exception>
    public void Save(string path, CancellationToken cancellationToken = default)
    {
        Dictionary<string, string> metadata = new() { ["optimizer"] = GetType().Name };
        foreach (OptimizerSlot slot in _slots.Where(slot => slot.State.Length > 0))
        {
            metadata.Add($"step/{slot.Parameter.Name}", slot.StepCount.ToString(CultureInfo.InvariantCulture));
        }

        SafetensorsWriter writer = new(metadata);
        foreach (OptimizerSlot slot in _slots)
        {
            for (int i = 0; i < slot.State.Length; i++)
            {
                writer.Add(TensorName(slot, i), [slot.State[i].Length], slot.State[i]);
            }
        }

        writer.Save(path, cancellationToken);
    }

    /// <summary>Reads what <see cref="Save"/> wrote: the next step is the one that would have followed then.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="CheckpointException">The file is damaged.</exception>
    /// <exception cref="TrainingStateException">The file is of another optimizer or of other parameters.</exception>
    public void Load(string path)
    {
        using Checkpoint checkpoint = Checkpoint.Open(path);
        string? kind = checkpoint.Metadata.GetValueOrDefault("optimizer");
        if (kind != GetType().Name)
        {
            throw new TrainingStateException(path, $"the state of '{kind ?? "no optimizer"}'", $"that of {GetType().Name}", "Resume with the optimizer that the run began with.");
        }

        int found = 0;
        foreach (OptimizerSlot slot in _slots)
        {
            if (!checkpoint.Metadata.TryGetValue($"step/{slot.Parameter.Name}", out string? step))
            {
                slot.StepCount = 0;
                slot.State = [];
                continue;
            }

            slot.StepCount = long.TryParse(step, NumberStyles.None, CultureInfo.InvariantCulture, out long count)
                ? count
                : throw new TrainingStateException(path, $"step count '{step}' of '{slot.Parameter.Name}'", "a whole number", "The file is damaged: resume from an earlier checkpoint.");
            slot.State = [.. StateNames(slot.Parameter).Select((_, index) => new float[StateLength(slot.Parameter, index)])];
            for (int i = 0; i < slot.State.Length; i++)
            {
                checkpoint.Read(TensorName(slot, i), slot.State[i]);
                found++;
            }
        }

        if (found != checkpoint.Tensors.Count)
        {
            throw new TrainingStateException(
                path, $"{checkpoint.Tensors.Count} tensors", $"the {found} of this model's parameters", "Resume with the model that the run began with.");
        }
    }

    private string TensorName(OptimizerSlot slot, int index) => $"{slot.Parameter.Name}/{StateNames(slot.Parameter)[index]}";

    private readonly record struct Piece(OptimizerSlot Slot, int Start, int Length);

    private readonly struct StepBody(Optimizer optimizer, double gradientScale) : IParallelBody
    {
        public void Execute(int taskIndex)
        {
            Piece piece = optimizer._pieces[taskIndex];
            optimizer.Update(piece.Slot, piece.Start, piece.Length, gradientScale);
        }
    }
}
