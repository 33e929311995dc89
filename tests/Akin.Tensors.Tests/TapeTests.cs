using Akin.Tensors.Layers;
using Akin.Tensors.Operations;

namespace Akin.Tensors.Tests;

/// <summary>What the tape tells while it runs backwards.</summary>
public sealed class TapeTests
{
    [Fact]
    public void GradientCompleted_OfAWeightInGeneralOperations_IsToldOnceAfterItsLastUse()
    {
        Weights weights = new(new RandomWeights(1, 0.5), trainable: true);
        Parameter scale = weights.Load("scale", new Shape(1), Initialization.Normal);
        Linear layer = new(weights.Sub("dense"), 3, 3);
        ForwardContext context = new(tape: new Tape());
        List<Tensor> completed = [];
        context.GradientCompleted = completed.Add;
        Tensor input = GradientCheck.Random(new Random(1), 2, 3);
        input.RequiresGradient = false;
        Tensor scores = context.Multiply(layer.Forward(context, input), context.Exp(scale.Value));
        context.Backward(context.Sum(context.Add(scores, scale.Value)));
        Assert.Equal(3, completed.Count);
        Assert.Equal(3, completed.Distinct().Count());
        Assert.Contains(scale.Value, completed);
    }
}
