using Akin.Tensors;

namespace Akin.Training.Acceleration;

/// <summary>Weights whose gradients travel together.</summary>
internal sealed class GradientBucket
{
    private readonly Tensor[] _weights;
    private readonly int[] _starts;

    // The gradients one after the other, then for every weight 1 if a pass has reached it, else 0: the sum tells whether any process has one.
    private readonly float[] _numbers;
    private readonly bool[] _isTaken;
    private int _takenCount;

    public GradientBucket(IReadOnlyList<Tensor> weights)
    {
        _weights = [.. weights];
        _starts = new int[weights.Count + 1];
        for (int i = 0; i < weights.Count; i++)
        {
            _starts[i + 1] = checked(_starts[i] + (int)weights[i].Shape.ElementCount);
        }

        _numbers = GC.AllocateArray<float>(checked(_starts[^1] + weights.Count), pinned: true);
        _isTaken = new bool[weights.Count];
    }

    public IReadOnlyList<Tensor> Weights => _weights;

    /// <summary>Whether every gradient has been taken.</summary>
    public bool IsFull => _takenCount == _weights.Length;

    /// <summary>Bytes that are sent.</summary>
    public long Bytes => (long)_numbers.Length * sizeof(float);

    /// <summary>Copies a gradient, or that there is none.</summary>
    public void Take(int index)
    {
        if (_isTaken[index])
        {
            return;
        }

        Span<float> place = _numbers.AsSpan(_starts[index].._starts[index + 1]);
        if (_weights[index].Gradient is { } gradient)
        {
            gradient.Span.CopyTo(place);
        }
        else
        {
            place.Clear();
        }

        _numbers[_starts[^1] + index] = _weights[index].Gradient is null ? 0 : 1;
        _isTaken[index] = true;
        _takenCount++;
    }

    public void TakeRest()
    {
        for (int i = 0; i < _weights.Length; i++)
        {
            Take(i);
        }
    }

    /// <summary>Begins to add up all processes' gradients.</summary>
    public nint Begin(MpiLibrary library) => library.BeginSum(_numbers);

    /// <summary>Gives the sums to the weights.</summary>
    public void GiveBack(ForwardContext context)
    {
        for (int i = 0; i < _weights.Length; i++)
        {
            if (_numbers[_starts[^1] + i] > 0)
            {
                _numbers.AsSpan(_starts[i].._starts[i + 1]).CopyTo(context.GradientOf(_weights[i], out _));
            }
        }

        _isTaken.AsSpan().Clear();
        _takenCount = 0;
    }
}
