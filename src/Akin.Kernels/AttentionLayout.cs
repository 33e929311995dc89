namespace Akin.Kernels;

/// <summary>Where the heads of a ragged batch lie, and how they are laid out for the kernel.</summary>
internal readonly unsafe struct AttentionLayout(
    GemmKernel kernel, in AttentionInput input, float* query, float* key, float* value, int* queryOffsets, int* keyOffsets)
{
    public readonly GemmKernel Kernel = kernel;
    public readonly float* Query = query;
    public readonly float* Key = key;
    public readonly float* Value = value;
    public readonly nint QueryStride = input.QueryStride;
    public readonly nint KeyStride = input.KeyStride;
    public readonly nint ValueStride = input.ValueStride;
    public readonly int SequenceCount = input.QueryOffsets.Length - 1;
    public readonly int HeadCount = input.HeadCount;
    public readonly int HeadSize = input.HeadSize;

    private readonly int* _queryOffsets = queryOffsets;
    private readonly int* _keyOffsets = keyOffsets;

    /// <summary>Floats of a context row.</summary>
    public nint HiddenSize => (nint)HeadCount * HeadSize;

    public Sequence this[int index] => new(_queryOffsets, _keyOffsets, index);

    /// <summary>Panels that so many columns take.</summary>
    public int PanelCount(int columnCount) => (columnCount + Kernel.PanelWidth - 1) / Kernel.PanelWidth;

    /// <summary>Floats from one panel to the next.</summary>
    public nint PanelStride(int depth) => (nint)depth * Kernel.PanelWidth;

    /// <summary>Columns in whole panels.</summary>
    public int Padded(int columnCount) => PanelCount(columnCount) * Kernel.PanelWidth;

    /// <summary>Floats from one row of scores to the next: aligned, and never a multiple of what makes rows share cache sets.</summary>
    public nint ScoreStride(int keyCount)
    {
        const int LineLength = NativeBuffer.Alignment / sizeof(float);
        return ((Padded(keyCount) + LineLength - 1) / LineLength | 1) * LineLength;
    }

    /// <summary>Where the probabilities of a sequence begin: after <c>[heads, queries, keys]</c> of each one before it.</summary>
    public nint FirstProbability(int sequence)
    {
        nint count = 0;
        for (int i = 0; i < sequence; i++)
        {
            Sequence before = this[i];
            count += (nint)before.QueryCount * before.KeyCount;
        }

        return count * HeadCount;
    }

    /// <summary>Tokens as columns, for products with their transpose: panels of <c>[HeadSize, PanelWidth]</c>.</summary>
    public float* TokensAsColumns(ScratchUse use, float* rows, nint stride, int tokenCount)
    {
        int width = Kernel.PanelWidth;
        float* panels = NativeBuffer.Scratch(use, (long)Padded(tokenCount) * HeadSize);
        for (int first = 0; first < tokenCount; first += width)
        {
            int count = Math.Min(width, tokenCount - first);
            float* panel = panels + ((nint)first * HeadSize);
            if (count < width)
            {
                new Span<float>(panel, width * HeadSize).Clear();
            }

            PanelPacking.StoreColumns(rows + (first * stride), stride, HeadSize, count, panel, width);
        }

        return panels;
    }

    /// <summary>Tokens as rows, for products that sum over them: panels of <c>[tokens, PanelWidth]</c>.</summary>
    public float* TokensAsRows(ScratchUse use, float* rows, nint stride, int tokenCount)
    {
        int width = Kernel.PanelWidth;
        float* panels = NativeBuffer.Scratch(use, (long)Padded(HeadSize) * tokenCount);
        float* destination = panels;
        for (int first = 0; first < HeadSize; first += width)
        {
            int count = Math.Min(width, HeadSize - first);
            for (int token = 0; token < tokenCount; token++, destination += width)
            {
                RowLoops.Copy(rows + (token * stride) + first, destination, count);
                for (int i = count; i < width; i++)
                {
                    destination[i] = 0;
                }
            }
        }

        return panels;
    }

    /// <summary><c>output = scale · left · panels</c>, for panels of <see cref="TokensAsRows"/>.</summary>
    public void MultiplyRows(
        int rowCount, int depth, float* left, nint leftStride, nint leftStep, float* panels, float scale, float* output, nint outputStride)
    {
        int width = Padded(HeadSize);
        float* product = NativeBuffer.Scratch(ScratchUse.Product, (long)rowCount * width);
        Kernel.Multiply(rowCount, PanelCount(HeadSize), depth, left, leftStride, leftStep, panels, PanelStride(depth), product, width);
        for (int row = 0; row < rowCount; row++)
        {
            RowLoops.Multiply(product + ((nint)row * width), scale, output + (row * outputStride), HeadSize);
        }
    }

    /// <summary>The rows of one sequence.</summary>
    internal readonly struct Sequence(int* queryOffsets, int* keyOffsets, int index)
    {
        public readonly int FirstQuery = queryOffsets[index];
        public readonly int QueryCount = queryOffsets[index + 1] - queryOffsets[index];
        public readonly int FirstKey = keyOffsets[index];
        public readonly int KeyCount = keyOffsets[index + 1] - keyOffsets[index];
    }
}
