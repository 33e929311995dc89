using System.Runtime.InteropServices;

namespace Akin.Tensors;

/// <summary>The operations of a forward pass in order, for one backward pass.</summary>
/// <remarks>Define-by-run: operations add themselves when an input requires gradients. Not thread-safe.</remarks>
public sealed class Tape
{
    private readonly List<TapeNode> _nodes = [];

    /// <summary>How many operations are recorded.</summary>
    public int Count => _nodes.Count;

    /// <summary>Whether there is an operation that does not list all weights it adds to.</summary>
    internal bool HidesWeights => _nodes.Exists(node => node.HidesWeights);

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

        context.GradientOf(loss)[0] += weight;
        RunBackwards(context, keep: loss);
    }

    /// <summary>Runs the operations backwards from the gradients that their outputs have.</summary>
    /// <param name="context">The running pass.</param>
    /// <param name="keep">An output that is not given back.</param>
    internal void RunBackwards(ForwardContext context, Tensor? keep)
    {
        WeightUses? uses = context.ReportsEarly ? new WeightUses(_nodes) : null;
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

            if (node.Output != keep)
            {
                node.Release(context.Arena);
            }

            uses?.Done(node, context.GradientCompleted!);
        }

        _nodes.Clear();
    }

    /// <summary>Counts the operations that still add to the gradient of each weight.</summary>
    private sealed class WeightUses
    {
        private readonly Dictionary<Tensor, int> _counts = [];

        public WeightUses(List<TapeNode> nodes)
        {
            foreach (Tensor weight in nodes.SelectMany(node => node.Weights))
            {
                CollectionsMarshal.GetValueRefOrAddDefault(_counts, weight, out _)++;
            }
        }

        public void Done(TapeNode node, Action<Tensor> completed)
        {
            foreach (Tensor weight in node.Weights)
            {
                if (--CollectionsMarshal.GetValueRefOrNullRef(_counts, weight) == 0 && weight.Gradient is not null)
                {
                    completed(weight);
                }
            }
        }
    }
}
