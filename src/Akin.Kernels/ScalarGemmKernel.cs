namespace Akin.Kernels;

/// <summary>The kernel without vectors: one row, eight columns.</summary>
internal static unsafe class ScalarGemmKernel
{
    public const int PanelWidth = 8;

    /// <summary>Computes a tile of one row and one panel.</summary>
    public static void Multiply(Tile* tile)
    {
        for (int column = 0; column < PanelWidth; column++)
        {
            float sum = tile->Sums == null ? 0 : tile->Sums[column];
            for (nint k = 0; k < tile->Depth; k++)
            {
                sum = MathF.FusedMultiplyAdd(tile->Left[k * tile->LeftStep], tile->Right[(k * PanelWidth) + column], sum);
            }

            if (tile->Bias != null)
            {
                sum += tile->Bias[column];
            }

            if (tile->Addend != null)
            {
                sum += tile->Addend[column];
            }

            tile->Output[column] = sum;
        }
    }
}
