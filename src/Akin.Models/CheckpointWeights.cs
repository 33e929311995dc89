using Akin.Kernels;
using Akin.Models.Checkpoints;
using Akin.Tensors;

namespace Akin.Models;

/// <summary>The weights of a checkpoint, with an account of what was missing and what was left over.</summary>
public sealed class CheckpointWeights : IWeightSource
{
    private readonly Checkpoint _checkpoint;
    private readonly RandomWeights? _whenMissing;
    private readonly RandomWeights? _whenMismatched;
    private readonly IReadOnlyList<string> _heads;
    private readonly HashSet<string> _mismatched = [];
    private readonly HashSet<string> _unused;
    private readonly List<string> _initialized = [];

    /// <summary>Reads from a checkpoint, which must stay open while weights are loaded.</summary>
    /// <param name="checkpoint">The stored tensors, under the names that layers ask for.</param>
    /// <param name="whenMissing">Makes what the checkpoint lacks; <see langword="null"/>: what lacks is an error.</param>
    /// <param name="whenMismatched">Makes weights of heads that have another size; <see langword="null"/>: they are an error.</param>
    /// <param name="heads">Beginnings of names that belong to heads. Default: none.</param>
    public CheckpointWeights(Checkpoint checkpoint, RandomWeights? whenMissing, RandomWeights? whenMismatched = null, IReadOnlyList<string>? heads = null)
    {
        _checkpoint = checkpoint;
        (_whenMissing, _whenMismatched, _heads) = (whenMissing, whenMismatched, heads ?? []);
        _unused = [.. checkpoint.Tensors.Keys];
    }

    /// <summary>Weights the checkpoint lacks and that are new.</summary>
    public IReadOnlyList<string> Initialized => _initialized;

    /// <summary>Tensors no layer asked for.</summary>
    public IReadOnlyList<string> Unused => [.. _unused.Order(StringComparer.Ordinal)];

    /// <inheritdoc/>
    public bool Contains(string name) => _checkpoint.Tensors.ContainsKey(name);

    /// <inheritdoc/>
    public void Require(string name, Shape shape)
    {
        if (!_checkpoint.Tensors.TryGetValue(name, out TensorInfo? tensor))
        {
            if (_whenMissing is null)
            {
                throw new CheckpointException(
                    _checkpoint.Path, name, $"no such tensor among {_checkpoint.Tensors.Count}", $"shape {shape}",
                    $"The checkpoint is of another model or lacks this head; to train a new head, load with {nameof(LoadOptions.InitializesMissing)}.");
            }
        }
        else if (!tensor.Shape.AsSpan().SequenceEqual(Array.ConvertAll(shape.ToArray(), length => (long)length)))
        {
            if (_whenMismatched is null || !IsOfHead(name))
            {
                throw new CheckpointException(tensor.File, name, tensor.ToString(), $"shape {shape}", "Check that config.json belongs to these weights.");
            }

            _mismatched.Add(name);
        }
    }

    /// <inheritdoc/>
    public void Read(string name, Shape shape, Initialization initialization, Span<float> destination)
    {
        if (_mismatched.Contains(name))
        {
            _whenMismatched!.Read(name, shape, initialization, destination);
            _initialized.Add(name);
        }
        else if (_unused.Remove(name) || Contains(name))
        {
            _checkpoint.Read(name, destination);
        }
        else
        {
            _whenMissing!.Read(name, shape, initialization, destination);
            _initialized.Add(name);
        }
    }

    /// <inheritdoc/>
    public RowScaledMatrix? ReadScaledRows(string name)
    {
        if (_mismatched.Contains(name) || !Contains(name) || _checkpoint.ReadScaledRows(name) is not { } rows)
        {
            return null;
        }

        _unused.Remove(name);
        return rows;
    }

    /// <summary>Refuses tensors that neither this model nor another head of the architecture knows.</summary>
    public void RefuseUnexpected()
    {
        string[] unexpected = [.. Unused.Where(name => !IsOfHead(name))];
        if (unexpected.Length > 0)
        {
            throw new CheckpointException(
                _checkpoint.Path, unexpected[0], $"{_checkpoint.Tensors[unexpected[0]]}{(unexpected.Length > 1 ? $" and {unexpected.Length - 1} more" : "")}",
                "only weights that this architecture has",
                $"Check that config.json belongs to these weights, or load with {nameof(LoadOptions.IgnoresUnexpected)}.");
        }
    }

    private bool IsOfHead(string name) => _heads.Any(head => name.StartsWith(head, StringComparison.Ordinal));
}
