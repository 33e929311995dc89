namespace Akin.Kernels;

/// <summary>One tier's kernel: a few rows times one panel of columns, and the sizes it was made for.</summary>
/// <remarks>
/// A kernel computes <c>c[row, column] (+)= Σ_k a[row, k] · b[k, column]</c> for 1 … <see cref="MaxRows"/> rows and
/// <see cref="PanelWidth"/> columns; each sum is one chain of fused multiply-adds over ascending k, so its bits do not depend on
/// the other rows. The entries may point at managed code or at code made at run time.
/// </remarks>
internal sealed unsafe class GemmKernel
{
    private readonly delegate*<nint, float*, nint, float*, float*, nint, bool, void>[] _byRowCount;

    private GemmKernel(
        KernelTier tier, int panelWidth, params delegate*<nint, float*, nint, float*, float*, nint, bool, void>[] byRowCount)
    {
        Tier = tier;
        PanelWidth = panelWidth;
        _byRowCount = byRowCount;
    }

    /// <summary>The kernel of the running tier.</summary>
    public static GemmKernel Current { get; } = For(KernelTable.Tier);

    /// <summary>The instruction set used.</summary>
    public KernelTier Tier { get; }

    /// <summary>Columns of a panel of the right matrix.</summary>
    public int PanelWidth { get; }

    /// <summary>The most rows one call computes.</summary>
    public int MaxRows => _byRowCount.Length;

    /// <summary>The kernel of a tier.</summary>
    public static GemmKernel For(KernelTier tier) => tier switch
    {
        _ => new GemmKernel(KernelTier.Scalar, 8, &ScalarGemmKernel.Multiply1),
    };

    /// <summary>Runs the kernel.</summary>
    /// <param name="rowCount">Rows: 1 … <see cref="MaxRows"/>.</param>
    /// <param name="depth">Terms of each sum.</param>
    /// <param name="a">Left rows, <c>[rows, depth]</c>.</param>
    /// <param name="aStride">Floats from one left row to the next.</param>
    /// <param name="b">A panel of the right matrix, <c>[depth, PanelWidth]</c>, aligned.</param>
    /// <param name="c">The product, <c>[rows, PanelWidth]</c>, aligned.</param>
    /// <param name="cStride">Floats from one product row to the next: a multiple of the panel width.</param>
    /// <param name="accumulate">Whether the sums go on from what <paramref name="c"/> holds, or start from zero.</param>
    public void Multiply(int rowCount, nint depth, float* a, nint aStride, float* b, float* c, nint cStride, bool accumulate) =>
        _byRowCount[rowCount - 1](depth, a, aStride, b, c, cStride, accumulate);
}
