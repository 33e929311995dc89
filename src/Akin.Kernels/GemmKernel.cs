namespace Akin.Kernels;

/// <summary>One tier's kernels: tiles of a few rows and one or two panels of columns, and the sizes they were made for.</summary>
/// <remarks>
/// A tile is <c>c[row, column] (+)= Σ_k a[row, k] · b[k, column]</c>; each sum is one chain of fused multiply-adds over ascending k, so its
/// bits do not depend on the other rows and columns. The entries may point at managed code or at code made at run time.
/// </remarks>
internal sealed unsafe class GemmKernel
{
    private readonly delegate*<nint, float*, nint, nint, float*, nint, float*, nint, bool, void>[] _tall;
    private readonly delegate*<nint, float*, nint, nint, float*, nint, float*, nint, bool, void>[] _wide;

    private GemmKernel(
        KernelTier tier,
        int panelWidth,
        delegate*<nint, float*, nint, nint, float*, nint, float*, nint, bool, void>[] tall,
        delegate*<nint, float*, nint, nint, float*, nint, float*, nint, bool, void>[] wide)
    {
        Tier = tier;
        PanelWidth = panelWidth;
        _tall = tall;
        _wide = wide;
    }

    /// <summary>The kernel of the running tier.</summary>
    public static GemmKernel Current { get; } = For(KernelTable.Tier);

    /// <summary>The instruction set used.</summary>
    public KernelTier Tier { get; }

    /// <summary>Columns of a panel of the right matrix.</summary>
    public int PanelWidth { get; }

    /// <summary>The kernel of a tier.</summary>
    public static GemmKernel For(KernelTier tier) => tier switch
    {
        // 24 of 32 registers hold sums, either way.
        KernelTier.Avx512 => new GemmKernel(
            tier,
            RowSums32.PanelWidth,
            tall:
            [
                &TileKernel.Multiply<RowSums32, Rows1>,
                &TileKernel.Multiply<RowSums32, Rows2>,
                &TileKernel.Multiply<RowSums32, Rows3>,
                &TileKernel.Multiply<RowSums32, Rows4>,
                &TileKernel.Multiply<RowSums32, Rows5>,
                &TileKernel.Multiply<RowSums32, Rows6>,
                &TileKernel.Multiply<RowSums32, Rows7>,
                &TileKernel.Multiply<RowSums32, Rows8>,
                &TileKernel.Multiply<RowSums32, Rows9>,
                &TileKernel.Multiply<RowSums32, Rows10>,
                &TileKernel.Multiply<RowSums32, Rows11>,
                &TileKernel.Multiply<RowSums32, Rows12>,
            ],
            wide:
            [
                &TileKernel.Multiply<RowSums64, Rows1>,
                &TileKernel.Multiply<RowSums64, Rows2>,
                &TileKernel.Multiply<RowSums64, Rows3>,
                &TileKernel.Multiply<RowSums64, Rows4>,
                &TileKernel.Multiply<RowSums64, Rows5>,
                &TileKernel.Multiply<RowSums64, Rows6>,
            ]),

        // 12 of 16 registers hold sums (Arm64 has 32).
        KernelTier.Avx2 => new GemmKernel(
            tier,
            RowSums16.PanelWidth,
            tall:
            [
                &TileKernel.Multiply<RowSums16, Rows1>,
                &TileKernel.Multiply<RowSums16, Rows2>,
                &TileKernel.Multiply<RowSums16, Rows3>,
                &TileKernel.Multiply<RowSums16, Rows4>,
                &TileKernel.Multiply<RowSums16, Rows5>,
                &TileKernel.Multiply<RowSums16, Rows6>,
            ],
            wide: []),
        KernelTier.Vector128 => new GemmKernel(
            tier,
            RowSums8.PanelWidth,
            tall:
            [
                &TileKernel.Multiply<RowSums8, Rows1>,
                &TileKernel.Multiply<RowSums8, Rows2>,
                &TileKernel.Multiply<RowSums8, Rows3>,
                &TileKernel.Multiply<RowSums8, Rows4>,
                &TileKernel.Multiply<RowSums8, Rows5>,
                &TileKernel.Multiply<RowSums8, Rows6>,
            ],
            wide: []),
        _ => new GemmKernel(tier, ScalarGemmKernel.PanelWidth, tall: [&ScalarGemmKernel.Multiply], wide: []),
    };

    /// <summary>
    /// The tile to cut a product into. Two panels at once take fewer instructions; but where all rows fit one panel's tile, each panel is read
    /// once with that.
    /// </summary>
    /// <param name="rowCount">Rows of the product.</param>
    public (int MaxRows, int PanelCount) TileFor(int rowCount) => rowCount > _tall.Length && _wide.Length > 0 ? (_wide.Length, 2) : (_tall.Length, 1);

    /// <summary>One tile.</summary>
    /// <param name="rowCount">Rows: as many as <see cref="TileFor"/> says at most.</param>
    /// <param name="panelCount">Panels: likewise.</param>
    /// <param name="depth">Terms of each sum.</param>
    /// <param name="a">Left rows: element (row, k) lies at <c>a[row * aStride + k * aStep]</c>, so both orders of storage can be read.</param>
    /// <param name="aStride">Floats from one left row to the next.</param>
    /// <param name="aStep">Floats from one term to the next.</param>
    /// <param name="b">Panels of the right matrix, <c>[depth, PanelWidth]</c> each, aligned.</param>
    /// <param name="bStride">Floats from one panel to the next.</param>
    /// <param name="c">The product, <c>[rows, panels * PanelWidth]</c>, aligned.</param>
    /// <param name="cStride">Floats from one product row to the next, such that every row is aligned.</param>
    /// <param name="accumulate">Whether the sums go on from what <paramref name="c"/> holds, or start from zero.</param>
    public void MultiplyTile(
        int rowCount, int panelCount, nint depth, float* a, nint aStride, nint aStep, float* b, nint bStride, float* c, nint cStride, bool accumulate) =>
        (panelCount == 1 ? _tall : _wide)[rowCount - 1](depth, a, aStride, aStep, b, bStride, c, cStride, accumulate);

    /// <summary>Any number of rows and panels, in nearly equal groups of rows: none is so small that it waits for its own sums.</summary>
    /// <inheritdoc cref="MultiplyTile"/>
    public void Multiply(
        int rowCount, int panelCount, nint depth, float* a, nint aStride, nint aStep, float* b, nint bStride, float* c, nint cStride)
    {
        (int maxRows, int maxPanels) = TileFor(rowCount);
        int groupCount = (rowCount + maxRows - 1) / maxRows;
        for (int panel = 0; panel < panelCount; panel += maxPanels)
        {
            int panels = Math.Min(maxPanels, panelCount - panel);
            for (int group = 0; group < groupCount; group++)
            {
                int row = (int)((long)rowCount * group / groupCount);
                int count = (int)((long)rowCount * (group + 1) / groupCount) - row;
                MultiplyTile(
                    count, panels, depth, a + (row * aStride), aStride, aStep, b + (panel * bStride), bStride, c + (row * cStride) + (panel * PanelWidth), cStride, accumulate: false);
            }
        }
    }
}
