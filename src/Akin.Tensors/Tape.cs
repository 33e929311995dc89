using System.Runtime.InteropServices;

namespace Akin.Tensors;

/// <summary>The operations of a forward pass in order, for one backward pass.</summary>
/// <remarks>Define-by-run: operations add themselves when an input requires gradients. Not thread-safe.</remarks>
public sealed class Tape
{
    private readonly List<TapeNode> _nodes = [];

    /// <summary>How many operations are recorded.</summary>
    public int Count => _nodes.Count;

    /// <summary>Forgets what was recorded, without a backward pass.</summary>
    public void Clear() => _nodes.Clear();

    internal void Add(TapeNode node)
    {
        node.Output.RequiresGradient = true;
        _nodes.Add(node);
    }

    internal void Backward(ForwardContext context, Tensor loss, float weight)
    {
        if (loss.Shape.ElementCount != 1)
        {
            throw new ArgumentException($"A backward pass starts at a single number, not at a tensor of shape {loss.Shape}.", nameof(loss));
        }

        Dictionary<Tensor, int>? uses = context.GradientCompleted is null ? null : CountUses();
        context.GradientOf(loss)[0] += weight;
        for (int i = _nodes.Count - 1; i >= 0; i--)
        {
            context.CancellationToken.ThrowIfCancellationRequested();
            TapeNode node = _nodes[i];
            if (node.Output.Gradient is { } gradient) // null: the loss does not depend on this operation
            {
                if (!node.IsInPlace)
                {
                    node.Output.Gradient = null;
                }

                node.Backward(context, gradient);
                if (!node.IsInPlace)
                {
                    context.ReleaseUnlessPassedOn(gradient);
                }
            }

            if (node.Output != loss)
            {
                node.Release(context.Arena);
            }

            for (int use = 0; uses is not null && use < node.Weights.Count; use++)
            {
                Tensor tensor = node.Weights[use];
                if (--CollectionsMarshal.GetValueRefOrNullRef(uses, tensor) == 0 && tensor.Gradient is not null)
                {
                    context.GradientCompleted!(tensor);
                }
            }
        }

        _nodes.Clear();
    }

    /// <summary>How many operations add to the gradient of each weight.</summary>
    private Dictionary<Tensor, int> CountUses()
    {
        Dictionary<Tensor, int> uses = [];
        foreach (Tensor tensor in _nodes.SelectMany(node => node.Weights))
        {
            CollectionsMarshal.GetValueRefOrAddDefault(uses, tensor, out _)++;
        }

        return uses;
    }
}
