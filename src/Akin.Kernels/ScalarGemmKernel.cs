namespace Akin.Kernels;

/// <summary>The kernel without vectors: one row, eight columns.</summary>
internal static unsafe class ScalarGemmKernel
{
    public const int PanelWidth = 8;

    /// <summary>See <see cref="GemmKernel.MultiplyTile"/>.</summary>
    public static void Multiply(nint depth, float* a, nint aStride, nint aStep, float* b, nint bStride, float* c, nint cStride, bool accumulate)
    {
        for (int column = 0; column < PanelWidth; column++)
        {
            float sum = accumulate ? c[column] : 0;
            for (nint k = 0; k < depth; k++)
            {
                sum = MathF.FusedMultiplyAdd(a[k * aStep], b[(k * PanelWidth) + column], sum);
            }

            c[column] = sum;
        }
    }
}
