using System.Numerics.Tensors;
using Akin.Kernels;
using Akin.Models.Checkpoints;
using Akin.Tensors;

namespace Akin.Training.Optimizers;

/// <summary>A slowly following copy of the weights, <c>a ← decay · a + (1 - decay) · p</c>, which often scores better than the weights themselves.</summary>
/// <remarks>Not thread-safe.</remarks>
public sealed class ExponentialMovingAverage
{
    private readonly Parameter[] _parameters;
    private readonly float[][] _averages;

    /// <summary>Begins with the present weights.</summary>
    /// <param name="parameters">The parameters of a model loaded for training.</param>
    /// <param name="decay">The share of the old average that is kept in a step, from 0 to below 1, such as 0.999.</param>
    /// <exception cref="ArgumentOutOfRangeException">The decay is out of bounds.</exception>
    public ExponentialMovingAverage(IEnumerable<Parameter> parameters, double decay)
    {
        if (!(decay >= 0 && decay < 1))
        {
            throw new ArgumentOutOfRangeException(nameof(decay), decay, "The decay of an average is a number from 0 to below 1.");
        }

        _parameters = [.. parameters];
        _averages = [.. _parameters.Select(parameter => parameter.Value.ToArray())];
        Decay = decay;
    }

    /// <summary>The share of the old average that is kept in a step.</summary>
    public double Decay { get; }

    /// <summary>Follows the weights; called after every step of the optimizer.</summary>
    /// <param name="pool">Threads. Default: <see cref="WorkerPool.Shared"/>.</param>
    public void Update(WorkerPool? pool = null)
    {
        UpdateBody body = new(this);
        (pool ?? WorkerPool.Shared).For(_parameters.Length, ref body);
    }

    /// <summary>Exchanges the weights and their averages: once to evaluate or save the averages, once more to train on.</summary>
    public void Swap()
    {
        for (int i = 0; i < _parameters.Length; i++)
        {
            float[] weights = _parameters[i].Value.ToArray();
            _averages[i].CopyTo(_parameters[i].Value.Span);
            _averages[i] = weights;
            _parameters[i].MarkChanged();
        }
    }

    /// <summary>Writes the averages to a safetensors file under the parameters' names, whole or not at all.</summary>
    /// <param name="path">The file.</param>
    /// <param name="cancellationToken">Stops between tensors.</param>
    /// <exception cref="IOException">The disk is full, the folder is missing, ….</exception>
    public void Save(string path, CancellationToken cancellationToken = default)
    {
        SafetensorsWriter writer = new();
        for (int i = 0; i < _parameters.Length; i++)
        {
            writer.Add(_parameters[i].Name, _parameters[i].Shape.ToArray(), _averages[i]);
        }

        writer.Save(path, cancellationToken);
    }

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="CheckpointException">The file is damaged or of another model.</exception>
    public void Load(string path)
    {
        using Checkpoint checkpoint = Checkpoint.Open(path);
        for (int i = 0; i < _parameters.Length; i++)
        {
            checkpoint.Read(_parameters[i].Name, _averages[i]);
        }
    }

    private readonly struct UpdateBody(ExponentialMovingAverage average) : IParallelBody
    {
        public void Execute(int taskIndex)
        {
            float[] averages = average._averages[taskIndex];
            TensorPrimitives.Lerp(averages, average._parameters[taskIndex].Value.Span, (float)(1 - average.Decay), averages);
        }
    }
}
