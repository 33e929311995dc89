namespace Akin.Kernels;

/// <summary>One tier's kernel: a few rows times one panel of columns, and the sizes it was made for.</summary>
/// <remarks>
/// A kernel computes <c>c[row, column] (+)= Σ_k a[row, k] · b[k, column]</c> for 1 … <see cref="MaxRows"/> rows and
/// <see cref="PanelWidth"/> columns; each sum is one chain of fused multiply-adds over ascending k, so its bits do not depend on
/// the other rows. The entries may point at managed code or at code made at run time.
/// </remarks>
internal sealed unsafe class GemmKernel
{
    private readonly delegate*<nint, float*, nint, nint, float*, float*, nint, bool, void>[] _byRowCount;

    private GemmKernel(
        KernelTier tier, int panelWidth, params delegate*<nint, float*, nint, nint, float*, float*, nint, bool, void>[] byRowCount)
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
        KernelTier.Avx512 => new GemmKernel(
            tier,
            Avx512GemmKernel.PanelWidth,
            &Avx512GemmKernel.Multiply<Rows1>,
            &Avx512GemmKernel.Multiply<Rows2>,
            &Avx512GemmKernel.Multiply<Rows3>,
            &Avx512GemmKernel.Multiply<Rows4>,
            &Avx512GemmKernel.Multiply<Rows5>,
            &Avx512GemmKernel.Multiply<Rows6>,
            &Avx512GemmKernel.Multiply<Rows7>,
            &Avx512GemmKernel.Multiply<Rows8>,
            &Avx512GemmKernel.Multiply<Rows9>,
            &Avx512GemmKernel.Multiply<Rows10>,
            &Avx512GemmKernel.Multiply<Rows11>,
            &Avx512GemmKernel.Multiply<Rows12>),
        KernelTier.Avx2 => new GemmKernel(
            tier,
            Avx2GemmKernel.PanelWidth,
            &Avx2GemmKernel.Multiply<Rows1>,
            &Avx2GemmKernel.Multiply<Rows2>,
            &Avx2GemmKernel.Multiply<Rows3>,
            &Avx2GemmKernel.Multiply<Rows4>,
            &Avx2GemmKernel.Multiply<Rows5>,
            &Avx2GemmKernel.Multiply<Rows6>),
        KernelTier.Vector128 => new GemmKernel(
            tier,
            Vector128GemmKernel.PanelWidth,
            &Vector128GemmKernel.Multiply<Rows1>,
            &Vector128GemmKernel.Multiply<Rows2>,
            &Vector128GemmKernel.Multiply<Rows3>,
            &Vector128GemmKernel.Multiply<Rows4>,
            &Vector128GemmKernel.Multiply<Rows5>,
            &Vector128GemmKernel.Multiply<Rows6>),
        _ => new GemmKernel(tier, ScalarGemmKernel.PanelWidth, &ScalarGemmKernel.Multiply),
    };

    /// <summary>Any number of rows times one panel, in nearly equal groups: none is so small that it waits for its own sums.</summary>
    /// <param name="rowCount">Rows.</param>
    /// <param name="depth">Terms of each sum.</param>
    /// <param name="a">Left rows: element (row, k) lies at <c>a[row * aStride + k * aStep]</c>, so both orders of storage can be read.</param>
    /// <param name="aStride">Floats from one left row to the next.</param>
    /// <param name="aStep">Floats from one term to the next.</param>
    /// <param name="b">A panel of the right matrix, <c>[depth, PanelWidth]</c>, aligned.</param>
    /// <param name="c">The product, <c>[rows, PanelWidth]</c>, aligned.</param>
    /// <param name="cStride">Floats from one product row to the next, such that every row is aligned.</param>
    /// <param name="accumulate">Whether the sums go on from what <paramref name="c"/> holds, or start from zero.</param>
    public void Multiply(
        int rowCount, nint depth, float* a, nint aStride, nint aStep, float* b, float* c, nint cStride, bool accumulate)
    {
        int groupCount = (rowCount + MaxRows - 1) / MaxRows;
        for (int group = 0; group < groupCount; group++)
        {
            int row = (int)((long)rowCount * group / groupCount);
            int count = (int)((long)rowCount * (group + 1) / groupCount) - row;
            _byRowCount[count - 1](depth, a + (row * aStride), aStride, aStep, b, c + (row * cStride), cStride, accumulate);
        }
    }
}
