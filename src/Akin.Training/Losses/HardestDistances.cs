using Akin.Tensors;
using Akin.Tensors.Operations;

namespace Akin.Training.Losses;

/// <summary>Of every text the farthest one of its class and the nearest one of another class (Hermans et al. 2017, https://arxiv.org/abs/1703.07737).</summary>
internal static class HardestDistances
{
    /// <summary>d(a, farthest positive) − d(a, nearest negative), <c>[n]</c>.</summary>
    /// <remarks>
    /// A text alone in its class has the positive distance 0. The row's maximum is added to what is no negative, so that the smallest is one; a text
    /// without any negative gets that maximum.
    /// </remarks>
    public static Tensor Difference(ForwardContext context, Tensor distances, int[] classes)
    {
        Tensor hardestPositive = context.Max(context.Multiply(distances, ClassNumbers.SameClass(classes)), axis: 1);
        Tensor notNegative = new(distances.Shape, [.. ClassNumbers.OtherClass(classes).ToArray().Select(isNegative => 1 - isNegative)]);
        Tensor raised = context.Add(distances, context.Multiply(context.Max(distances, axis: 1, keepsAxis: true), notNegative));
        Tensor hardestNegative = context.Negate(context.Max(context.Negate(raised), axis: 1));
        return context.Subtract(hardestPositive, hardestNegative);
    }
}
