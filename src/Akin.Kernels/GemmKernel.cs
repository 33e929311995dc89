namespace Akin.Kernels;

/// <summary>One tier's kernels: tiles of a few rows and one or two panels of columns, and the sizes they were made for.</summary>
internal sealed unsafe class GemmKernel
{
    private readonly delegate*<Tile*, void>[] _tall;
    private readonly delegate*<Tile*, void>[] _wide;

    private GemmKernel(
        KernelTier tier,
        int panelWidth,
        delegate*<Tile*, void>[] tall,
        delegate*<Tile*, void>[] wide)
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

    /// <summary>Computes one tile.</summary>
    /// <param name="rowCount">Rows: as many as <see cref="TileFor"/> says at most.</param>
    /// <param name="panelCount">Panels: likewise.</param>
    /// <param name="tile">The tile.</param>
    public void Multiply(int rowCount, int panelCount, Tile* tile) => (panelCount == 1 ? _tall : _wide)[rowCount - 1](tile);

    /// <summary>A product of any number of rows and panels.</summary>
    /// <param name="rowCount">Left rows.</param>
    /// <param name="panelCount">Panels of the right matrix.</param>
    /// <param name="depth">Terms of each sum.</param>
    /// <param name="left">Left rows: element (row, k) lies at <c>left[row * leftStride + k * leftStep]</c>.</param>
    /// <param name="leftStride">Floats from one left row to the next.</param>
    /// <param name="leftStep">Floats from one term to the next.</param>
    /// <param name="panels">Panels of the right matrix, <c>[depth, PanelWidth]</c> each, aligned.</param>
    /// <param name="panelStride">Floats from one panel to the next.</param>
    /// <param name="output">Receives <c>[rowCount, panelCount * PanelWidth]</c>.</param>
    /// <param name="outputStride">Floats from one output row to the next.</param>
    public void Multiply(
        int rowCount, int panelCount, nint depth, float* left, nint leftStride, nint leftStep, float* panels, nint panelStride, float* output, nint outputStride)
    {
        (int maxRows, int maxPanels) = TileFor(rowCount);
        RowGroups groups = new(rowCount, maxRows);
        Tile tile = new() { Depth = depth, LeftStride = leftStride, LeftStep = leftStep, PanelStride = panelStride, OutputStride = outputStride };
        for (int panel = 0; panel < panelCount; panel += maxPanels)
        {
            tile.Right = panels + (panel * panelStride);
            tile.Next = (byte*)tile.Right; // such products are small: nothing else is worth asking for
            for (int group = 0; group < groups.Count; group++)
            {
                int row = groups.Start(group), count = groups.Start(group + 1) - row;
                tile.Left = left + (row * leftStride);
                tile.Output = output + (row * outputStride) + (panel * PanelWidth);
                Multiply(count, Math.Min(maxPanels, panelCount - panel), &tile);
            }
        }
    }
}
