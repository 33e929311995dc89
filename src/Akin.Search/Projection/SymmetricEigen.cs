using System.Numerics;
using System.Numerics.Tensors;

namespace Akin.Search.Projection;

/// <summary>
/// Eigenvalues and eigenvectors of a symmetric matrix in double: Householder's reduction to three diagonals, then QR steps with Wilkinson's shift
/// (Golub and Van Loan, "Matrix Computations", chapter 8.3). Vectors are kept as rows, so that every inner loop runs along memory.
/// </summary>
internal sealed class SymmetricEigen
{
    private const int MaxStepsPerValue = 60;

    private readonly int _size;
    private readonly double[] _diagonal;
    private readonly double[] _offDiagonal;

    // Row i becomes the eigenvector of value i.
    private readonly double[] _vectors;

    private SymmetricEigen(double[] matrix, int size, CancellationToken cancellationToken)
    {
        _size = size;
        _diagonal = new double[size];
        _offDiagonal = new double[size];
        _vectors = new double[size * size];
        for (int i = 0; i < size; i++)
        {
            _vectors[(i * size) + i] = 1;
        }

        Reduce(matrix, cancellationToken);
        Diagonalize(cancellationToken);
    }

    /// <summary>Decomposes a matrix; its contents are used up.</summary>
    /// <param name="matrix">Symmetric, <c>[size, size]</c>.</param>
    /// <param name="size">Its rows.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <returns>Values in descending order, and their vectors as rows of length 1, <c>[size, size]</c>.</returns>
    public static (double[] Values, double[] Vectors) Decompose(double[] matrix, int size, CancellationToken cancellationToken)
    {
        SymmetricEigen eigen = new(matrix, size, cancellationToken);
        int[] order = [.. Enumerable.Range(0, size).OrderByDescending(i => eigen._diagonal[i])];
        double[] vectors = new double[size * size];
        for (int i = 0; i < size; i++)
        {
            eigen.Vector(order[i]).CopyTo(vectors.AsSpan(i * size));
        }

        return ([.. order.Select(i => eigen._diagonal[i])], vectors);
    }

    // Each reflection I − 2vvᵀ clears a column below the diagonal and its mirror image; it is applied to A from both sides and to the vectors from one.
    private void Reduce(double[] matrix, CancellationToken cancellationToken)
    {
        double[] product = new double[_size];
        double[] projection = new double[_size];
        for (int k = 0; k < _size - 1; k++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            int rest = _size - k - 1;
            _diagonal[k] = matrix[(k * _size) + k];
            Span<double> v = matrix.AsSpan((k * _size) + k + 1, rest);
            double length = TensorPrimitives.Norm<double>(v);
            if (length == 0)
            {
                continue;
            }

            // The sign that makes v longer, so that no digits are lost.
            double reflected = v[0] > 0 ? -length : length;
            _offDiagonal[k] = reflected;
            v[0] -= reflected;
            TensorPrimitives.Divide(v, TensorPrimitives.Norm<double>(v), v);

            // A ← A − 2(v wᵀ + w vᵀ) with w = Av − (vᵀAv) v.
            Span<double> w = product.AsSpan(0, rest);
            for (int i = 0; i < rest; i++)
            {
                w[i] = TensorPrimitives.Dot<double>(Row(matrix, k, i), v);
            }

            double share = TensorPrimitives.Dot<double>(w, v);
            TensorPrimitives.MultiplyAdd(v, -share, w, w);
            for (int i = 0; i < rest; i++)
            {
                Span<double> row = Row(matrix, k, i);
                TensorPrimitives.MultiplyAdd(w, -2 * v[i], row, row);
                TensorPrimitives.MultiplyAdd(v, -2 * w[i], row, row);
            }

            Array.Clear(projection);
            for (int i = 0; i < rest; i++)
            {
                TensorPrimitives.MultiplyAdd(Vector(k + 1 + i), v[i], projection, projection);
            }

            for (int i = 0; i < rest; i++)
            {
                TensorPrimitives.MultiplyAdd(projection, -2 * v[i], Vector(k + 1 + i), Vector(k + 1 + i));
            }
        }

        _diagonal[^1] = matrix[^1];
    }

    private Span<double> Row(double[] matrix, int corner, int i) => matrix.AsSpan(((corner + 1 + i) * _size) + corner + 1, _size - corner - 1);

    private Span<double> Vector(int i) => _vectors.AsSpan(i * _size, _size);

    private void Diagonalize(CancellationToken cancellationToken)
    {
        int steps = 0;
        for (int last = _size - 1; last > 0;)
        {
            cancellationToken.ThrowIfCancellationRequested();
            int first = last;
            while (first > 0 && !IsNegligible(first - 1))
            {
                first--;
            }

            if (first == last)
            {
                last--;
                steps = 0;
                continue;
            }

            if (++steps > MaxStepsPerValue)
            {
                throw new InvalidOperationException($"The eigenvalues of a {_size} × {_size} matrix were not found in {MaxStepsPerValue} steps.");
            }

            Step(first, last);
        }
    }

    private bool IsNegligible(int i)
    {
        bool negligible = Math.Abs(_offDiagonal[i]) <= Math.ScaleB(1, -52) * (Math.Abs(_diagonal[i]) + Math.Abs(_diagonal[i + 1]));
        if (negligible)
        {
            _offDiagonal[i] = 0;
        }

        return negligible;
    }

    // One implicit QR step: a rotation makes a number outside the three diagonals, and further rotations chase it out at the end.
    private void Step(int first, int last)
    {
        double half = (_diagonal[last - 1] - _diagonal[last]) / 2;
        double off = _offDiagonal[last - 1];
        double root = Math.Sqrt((half * half) + (off * off));
        double shift = _diagonal[last] - (off * off / (half + (half >= 0 ? root : -root)));
        double x = _diagonal[first] - shift;
        double z = _offDiagonal[first];
        for (int k = first; k < last; k++)
        {
            double length = Math.Sqrt((x * x) + (z * z));
            (double c, double s) = length == 0 ? (1, 0) : (x / length, z / length);
            if (k > first)
            {
                _offDiagonal[k - 1] = length;
            }

            (double p, double q, double o) = (_diagonal[k], _diagonal[k + 1], _offDiagonal[k]);
            _diagonal[k] = (c * c * p) + (2 * c * s * o) + (s * s * q);
            _diagonal[k + 1] = (s * s * p) - (2 * c * s * o) + (c * c * q);
            _offDiagonal[k] = (((c * c) - (s * s)) * o) + (c * s * (q - p));
            if (k < last - 1)
            {
                x = _offDiagonal[k];
                z = s * _offDiagonal[k + 1];
                _offDiagonal[k + 1] *= c;
            }

            Rotate(Vector(k), Vector(k + 1), c, s);
        }
    }

    private static void Rotate(Span<double> first, Span<double> second, double c, double s)
    {
        int i = 0;
        for (; i <= first.Length - Vector<double>.Count; i += Vector<double>.Count)
        {
            Vector<double> a = new(first[i..]);
            Vector<double> b = new(second[i..]);
            ((a * c) + (b * s)).CopyTo(first[i..]);
            ((b * c) - (a * s)).CopyTo(second[i..]);
        }

        for (; i < first.Length; i++)
        {
            (first[i], second[i]) = ((c * first[i]) + (s * second[i]), (c * second[i]) - (s * first[i]));
        }
    }
}
