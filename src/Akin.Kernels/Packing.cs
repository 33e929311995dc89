namespace Akin.Kernels;

/// <summary>Lays matrices out for the kernels, in the calling thread's scratch memory.</summary>
internal static unsafe class Packing
{
    /// <summary>The right matrix in panels of columns, <c>[panel][k][column in panel]</c>, the last panel filled up with zeros.</summary>
    public static float* Right(GemmKernel kernel, Transpose transpose, int depth, int columnCount, float* right)
    {
        int width = kernel.PanelWidth;
        long panelCount = ((long)columnCount + width - 1) / width;
        float* panels = NativeBuffer.Scratch(ScratchUse.RightPanels, panelCount * width * depth);
        float* destination = panels;
        for (int first = 0; first < columnCount; first += width)
        {
            int count = Math.Min(width, columnCount - first);
            for (nint k = 0; k < depth; k++, destination += width)
            {
                for (int i = 0; i < width; i++)
                {
                    destination[i] = i >= count ? 0
                        : transpose == Transpose.Yes ? right[((nint)(first + i) * depth) + k]
                        : right[(k * columnCount) + first + i];
                }
            }
        }

        return panels;
    }

    /// <summary>The transpose of <c>[rows, columns]</c>.</summary>
    public static float* Transposed(int rowCount, int columnCount, float* source)
    {
        float* destination = NativeBuffer.Scratch(ScratchUse.LeftRows, (long)rowCount * columnCount);
        for (nint row = 0; row < rowCount; row++)
        {
            for (nint column = 0; column < columnCount; column++)
            {
                destination[(column * rowCount) + row] = source[(row * columnCount) + column];
            }
        }

        return destination;
    }
}
