namespace Akin.Tensors.Operations;

/// <summary>
/// A part of a model that keeps only what goes in and is computed again in the backward pass: a third more work for a fraction of the memory (Chen et
/// al. 2016, "Training Deep Nets with Sublinear Memory Cost", https://arxiv.org/abs/1604.06174).
/// </summary>
public static class CheckpointOperation
{
    /// <summary>Runs a part without recording what happens inside.</summary>
    /// <param name="context">The running pass; without a tape the part just runs.</param>
    /// <param name="input">What the part is given; it is kept for the backward pass.</param>
    /// <param name="part">The part: run now, and once more by the backward pass with the same dropout. It must give the same numbers both times.</param>
    /// <returns>What the part gave.</returns>
    public static Tensor Checkpoint(this ForwardContext context, Tensor input, Func<Tensor, Tensor> part)
    {
        if (context.Tape is not { } tape)
        {
            return part(input);
        }

        ulong dropout = context.DropoutCount;
        context.Tape = null;
        Tensor output;
        try
        {
            using ForwardScope scope = context.Scope();
            output = scope.Keep(part(input));
        }
        finally
        {
            context.Tape = tape;
        }

        context.Record(new Node(input, part, dropout, output));
        return output;
    }

    private sealed class Node(Tensor input, Func<Tensor, Tensor> part, ulong dropout, Tensor output) : TapeNode(output)
    {
        internal override bool HidesWeights => true;

        // The part again, recorded this time, and then its own backward pass from dy.
        public override void Backward(ForwardContext context, Tensor outputGradient)
        {
            (Tape? outer, ulong dropoutOfOthers) = (context.Tape, context.DropoutCount);
            Tape inner = new();
            context.Tape = inner;
            context.DropoutCount = dropout;
            try
            {
                Tensor again = part(input);
                outputGradient.Span.CopyTo(context.GradientOf(again));
                inner.RunBackwards(context, keep: null);
            }
            finally
            {
                context.Tape = outer;
                context.DropoutCount = dropoutOfOthers;
            }
        }
    }
}
