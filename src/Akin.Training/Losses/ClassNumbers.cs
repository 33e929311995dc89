using Akin.Tensors;

namespace Akin.Training.Losses;

/// <summary>Labels that are class numbers, and which rows they make alike.</summary>
internal static class ClassNumbers
{
    /// <summary>Labels as whole numbers; <see cref="LossColumns"/> has asked whether they are.</summary>
    public static int[] Of(Tensor labels) => Array.ConvertAll(labels.ToArray(), label => (int)label);

    /// <summary>1 where two different rows have the same class, <c>[n, n]</c>.</summary>
    public static Tensor SameClass(int[] classes) => Pairs(classes, (row, column) => row != column && classes[row] == classes[column]);

    /// <summary>1 where two rows have different classes, <c>[n, n]</c>.</summary>
    public static Tensor OtherClass(int[] classes) => Pairs(classes, (row, column) => classes[row] != classes[column]);

    private static Tensor Pairs(int[] classes, Func<int, int, bool> isPair)
    {
        Tensor pairs = new(new Shape(classes.Length, classes.Length));
        for (int row = 0; row < classes.Length; row++)
        {
            for (int column = 0; column < classes.Length; column++)
            {
                pairs.Row(row)[column] = isPair(row, column) ? 1 : 0;
            }
        }

        return pairs;
    }
}
