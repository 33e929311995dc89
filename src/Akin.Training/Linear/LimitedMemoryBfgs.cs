using System.Numerics.Tensors;

namespace Akin.Training.Linear;

/// <summary>
/// Finds the minimum of a smooth convex function by L-BFGS (Liu and Nocedal 1989): directions from the last few steps and changes of the gradient
/// (Nocedal and Wright, "Numerical Optimization", algorithm 7.4), lengths by halving until the function falls enough.
/// </summary>
internal static class LimitedMemoryBfgs
{
    private const int RememberedSteps = 10;
    private const int MaxHalvings = 40;

    // Armijo's condition: the function must fall by this share of what its slope promises.
    private const double LeastFall = 1e-4;

    // Functions here are sums over float32 products: near the minimum their falls are smaller than this share of rounding.
    private const double Rounding = 1e-7;

    /// <summary>The function: takes parameters, writes the gradient, returns the value.</summary>
    internal delegate double Function(double[] parameters, double[] gradient);

    /// <summary>The best parameters, how many iterations it took, and whether all derivatives are within the tolerance.</summary>
    public static (double[] Parameters, int Iterations, bool Converged) Minimize(
        Function function, double[] start, double tolerance, int maxIterations, CancellationToken cancellationToken)
    {
        double[] parameters = start;
        double[] gradient = new double[start.Length];
        double value = function(parameters, gradient);
        LinkedList<Change> changes = [];
        for (int iteration = 0; iteration < maxIterations; iteration++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (IsFlat(gradient, tolerance))
            {
                return (parameters, iteration, true);
            }

            double[] direction = Direction(gradient, changes);
            double slope = TensorPrimitives.Dot<double>(direction, gradient);

            // The first step has no history to take its length from.
            double length = changes.Count > 0 ? 1 : Math.Min(1, 1 / TensorPrimitives.Norm<double>(gradient));
            double[] next = new double[parameters.Length];
            double[] nextGradient = new double[parameters.Length];
            double nextValue = double.PositiveInfinity;
            int halvings = 0;
            for (; halvings < MaxHalvings && !(nextValue <= value + (LeastFall * length * slope) + (Rounding * Math.Abs(value))); halvings++, length /= 2)
            {
                TensorPrimitives.MultiplyAdd(direction, length, parameters, next);
                nextValue = function(next, nextGradient);
            }

            if (halvings == MaxHalvings)
            {
                return (parameters, iteration, false);
            }

            Change change = Change.Between(parameters, next, gradient, nextGradient);
            if (change.Curvature > 0)
            {
                changes.AddLast(change);
                if (changes.Count > RememberedSteps)
                {
                    changes.RemoveFirst();
                }
            }

            (parameters, gradient, value) = (next, nextGradient, nextValue);
        }

        return (parameters, maxIterations, IsFlat(gradient, tolerance));
    }

    private static bool IsFlat(double[] gradient, double tolerance) => Math.Abs(TensorPrimitives.MaxMagnitude<double>(gradient)) <= tolerance;

    // −H·g, where the inverse Hessian H is known through the changes only.
    private static double[] Direction(double[] gradient, LinkedList<Change> changes)
    {
        double[] direction = [.. gradient];
        Stack<double> shares = new();
        for (LinkedListNode<Change>? node = changes.Last; node is not null; node = node.Previous)
        {
            double share = TensorPrimitives.Dot<double>(node.Value.Step, direction) / node.Value.Curvature;
            TensorPrimitives.MultiplyAdd(node.Value.GradientChange, -share, direction, direction);
            shares.Push(share);
        }

        if (changes.Last is { Value: { } last })
        {
            TensorPrimitives.Multiply(direction, last.Curvature / TensorPrimitives.SumOfSquares<double>(last.GradientChange), direction);
        }

        foreach (Change change in changes)
        {
            double share = shares.Pop() - (TensorPrimitives.Dot<double>(change.GradientChange, direction) / change.Curvature);
            TensorPrimitives.MultiplyAdd(change.Step, share, direction, direction);
        }

        TensorPrimitives.Negate(direction, direction);
        return direction;
    }

    /// <summary>A step, how it changed the gradient, and their product.</summary>
    private sealed record Change(double[] Step, double[] GradientChange, double Curvature)
    {
        public static Change Between(double[] from, double[] to, double[] gradientFrom, double[] gradientTo)
        {
            double[] step = new double[from.Length];
            double[] change = new double[from.Length];
            TensorPrimitives.Subtract(to, from, step);
            TensorPrimitives.Subtract(gradientTo, gradientFrom, change);
            return new Change(step, change, TensorPrimitives.Dot<double>(step, change));
        }
    }
}
