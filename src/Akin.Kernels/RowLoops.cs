using System.Numerics;

namespace Akin.Kernels;

/// <summary>Loops over the floats of one row. The bits of a result do not depend on where the row lies.</summary>
internal static unsafe class RowLoops
{
    /// <summary>output = x, for short rows, where a call would take longer than the copy.</summary>
    public static void Copy(float* x, float* output, int count)
    {
        int i = 0;
        for (; i <= count - Vector<float>.Count; i += Vector<float>.Count)
        {
            Vector.Store(Vector.Load(x + i), output + i);
        }

        for (; i < count; i++)
        {
            output[i] = x[i];
        }
    }

    /// <summary>output = x · scale</summary>
    public static void Multiply(float* x, float scale, float* output, int count)
    {
        int i = 0;
        for (; i <= count - Vector<float>.Count; i += Vector<float>.Count)
        {
            Vector.Store(Vector.Load(x + i) * scale, output + i);
        }

        for (; i < count; i++)
        {
            output[i] = x[i] * scale;
        }
    }

    /// <summary>output = x + y</summary>
    public static void Add(float* x, float* y, float* output, int count)
    {
        int i = 0;
        for (; i <= count - Vector<float>.Count; i += Vector<float>.Count)
        {
            Vector.Store(Vector.Load(x + i) + Vector.Load(y + i), output + i);
        }

        for (; i < count; i++)
        {
            output[i] = x[i] + y[i];
        }
    }

    /// <summary>output = x · scale + y</summary>
    public static void MultiplyAdd(float* x, float scale, float* y, float* output, int count)
    {
        int i = 0;
        for (; i <= count - Vector<float>.Count; i += Vector<float>.Count)
        {
            Vector.Store((Vector.Load(x + i) * scale) + Vector.Load(y + i), output + i);
        }

        for (; i < count; i++)
        {
            output[i] = (x[i] * scale) + y[i];
        }
    }
}
