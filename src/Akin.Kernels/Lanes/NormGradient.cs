using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Akin.Kernels.Lanes;

/// <summary>The backward pass of layer norm and RMS norm.</summary>
/// <remarks>
/// With x̂ the normalised row, s its scale and g = dy · γ: dx = s (g − mean g − x̂ mean(g x̂)), without mean g for RMS norm; dγ += Σ dy x̂; dβ += Σ dy.
/// First every row is measured; then every block of columns sums dγ and dβ over all rows, so that no sum depends on threads; then come the rows' dx.
/// </remarks>
internal static class NormGradient
{
    /// <summary>Columns a task of the second pass sums: four AVX-512 vectors.</summary>
    private const int ColumnsPerBlock = 64;

    /// <summary>Rows summed before they join the total, which keeps the rounding error of long sums small.</summary>
    private const int RowsPerSum = 64;

    public static void Run<TStandardizer>(
        KernelTier tier,
        ReadOnlySpan<float> input,
        int rowCount,
        ReadOnlySpan<float> gamma,
        float epsilon,
        ReadOnlySpan<float> outputGradient,
        Span<float> inputGradient,
        Span<float> gammaGradient,
        Span<float> betaGradient,
        WorkerPool pool)
        where TStandardizer : struct, IStandardizer
    {
        int width = gamma.Length;
        if (rowCount == 0 || width == 0)
        {
            return;
        }

        Standardization[] statistics = ArrayPool<Standardization>.Shared.Rent(rowCount);

        // dx comes last, because it may overwrite x or dy, which dγ and dβ need.
        RowLoop.Run(tier, rowCount, width, new MeasureKernel<TStandardizer>(input, width, epsilon, statistics), pool);
        if (!gammaGradient.IsEmpty || !betaGradient.IsEmpty)
        {
            int blockCount = (width + ColumnsPerBlock - 1) / ColumnsPerBlock;
            int floatsPerBlock = (int)Math.Min((long)rowCount * ColumnsPerBlock, int.MaxValue);
            ColumnKernel columns = new(input, rowCount, width, statistics, outputGradient, gammaGradient, betaGradient);
            RowLoop.Run(tier, blockCount, floatsPerBlock, columns, pool);
        }

        if (!inputGradient.IsEmpty)
        {
            RowLoop.Run(tier, rowCount, width, new InputKernel<TStandardizer>(input, gamma, statistics, outputGradient, inputGradient), pool);
        }

        ArrayPool<Standardization>.Shared.Return(statistics);
    }

    private readonly ref struct MeasureKernel<TStandardizer>(ReadOnlySpan<float> input, int width, float epsilon, Standardization[] statistics)
        : IRowKernel
        where TStandardizer : struct, IStandardizer
    {
        private readonly ReadOnlySpan<float> _input = input;

        public void Run<V>(int row)
            where V : unmanaged, ILanes<V> =>
            statistics[row] = TStandardizer.Measure<V>(ref Unsafe.Add(ref MemoryMarshal.GetReference(_input), row * width), width, epsilon);
    }

    private readonly ref struct InputKernel<TStandardizer>(
        ReadOnlySpan<float> input,
        ReadOnlySpan<float> gamma,
        Standardization[] statistics,
        ReadOnlySpan<float> outputGradient,
        Span<float> inputGradient) : IRowKernel
        where TStandardizer : struct, IStandardizer
    {
        private readonly ReadOnlySpan<float> _input = input;
        private readonly ReadOnlySpan<float> _gamma = gamma;
        private readonly ReadOnlySpan<float> _outputGradient = outputGradient;
        private readonly Span<float> _inputGradient = inputGradient;

        public void Run<V>(int row)
            where V : unmanaged, ILanes<V>
        {
            int width = _gamma.Length;
            ref float gamma = ref MemoryMarshal.GetReference(_gamma);
            ref float x = ref Unsafe.Add(ref MemoryMarshal.GetReference(_input), row * width);
            ref float dy = ref Unsafe.Add(ref MemoryMarshal.GetReference(_outputGradient), row * width);
            ref float dx = ref Unsafe.Add(ref MemoryMarshal.GetReference(_inputGradient), row * width);
            Standardization standardization = statistics[row];
            (float gradient, float projection) = Sums<V>(ref x, ref dy, ref gamma, width, standardization);
            Write<V>(
                ref x, ref dy, ref gamma, ref dx, width, standardization, TStandardizer.IsCentered ? gradient / width : 0, projection / width);
        }

        /// <summary>Σ g and Σ g x̂.</summary>
        [MethodImpl(HotCode.Options)]
        private static (float Gradient, float Projection) Sums<V>(
            ref float x, ref float dy, ref float gamma, int width, Standardization standardization)
            where V : unmanaged, ILanes<V>
        {
            V gradient = V.Create(0);
            V projection = V.Create(0);
            int i = 0;
            for (; i <= width - V.Count; i += V.Count)
            {
                V g = V.Load(ref Unsafe.Add(ref dy, i)) * V.Load(ref Unsafe.Add(ref gamma, i));
                gradient += g;
                projection = V.MultiplyAdd(g, standardization.Apply(V.Load(ref Unsafe.Add(ref x, i))), projection);
            }

            if (i < width)
            {
                // Missing lanes have g = 0.
                V g = PartialLanes.Load<V>(ref Unsafe.Add(ref dy, i), width - i, 0) * PartialLanes.Load<V>(ref Unsafe.Add(ref gamma, i), width - i, 0);
                V normalized = standardization.Apply(PartialLanes.Load<V>(ref Unsafe.Add(ref x, i), width - i, 0));
                gradient += g;
                projection = V.MultiplyAdd(g, normalized, projection);
            }

            return (V.Sum(gradient), V.Sum(projection));
        }

        [MethodImpl(HotCode.Options)]
        private static void Write<V>(
            ref float x,
            ref float dy,
            ref float gamma,
            ref float dx,
            int width,
            Standardization standardization,
            float gradientMean,
            float projectionMean)
            where V : unmanaged, ILanes<V>
        {
            V mean = V.Create(gradientMean);
            V projection = V.Create(-projectionMean);
            V scale = V.Create(standardization.Scale);
            int i = 0;
            for (; i <= width - V.Count; i += V.Count)
            {
                V g = V.Load(ref Unsafe.Add(ref dy, i)) * V.Load(ref Unsafe.Add(ref gamma, i));
                V normalized = standardization.Apply(V.Load(ref Unsafe.Add(ref x, i)));
                V.Store(V.MultiplyAdd(normalized, projection, g - mean) * scale, ref Unsafe.Add(ref dx, i));
            }

            if (i < width)
            {
                V g = PartialLanes.Load<V>(ref Unsafe.Add(ref dy, i), width - i, 0) * PartialLanes.Load<V>(ref Unsafe.Add(ref gamma, i), width - i, 0);
                V normalized = standardization.Apply(PartialLanes.Load<V>(ref Unsafe.Add(ref x, i), width - i, 0));
                PartialLanes.Store(V.MultiplyAdd(normalized, projection, g - mean) * scale, ref Unsafe.Add(ref dx, i), width - i);
            }
        }
    }

    /// <summary>A "row" of this kernel is a block of columns.</summary>
    private readonly ref struct ColumnKernel(
        ReadOnlySpan<float> input,
        int rowCount,
        int width,
        Standardization[] statistics,
        ReadOnlySpan<float> outputGradient,
        Span<float> gammaGradient,
        Span<float> betaGradient) : IRowKernel
    {
        private readonly ReadOnlySpan<float> _input = input;
        private readonly ReadOnlySpan<float> _outputGradient = outputGradient;
        private readonly Span<float> _gammaGradient = gammaGradient;
        private readonly Span<float> _betaGradient = betaGradient;

        public void Run<V>(int row)
            where V : unmanaged, ILanes<V>
        {
            int last = Math.Min((row + 1) * ColumnsPerBlock, width);
            for (int column = row * ColumnsPerBlock; column < last; column += V.Count)
            {
                SumColumns<V>(column, Math.Min(V.Count, last - column));
            }
        }

        [MethodImpl(HotCode.Options)]
        private void SumColumns<V>(int column, int count)
            where V : unmanaged, ILanes<V>
        {
            ref float x = ref Unsafe.Add(ref MemoryMarshal.GetReference(_input), column);
            ref float dy = ref Unsafe.Add(ref MemoryMarshal.GetReference(_outputGradient), column);
            V gammaTotal = V.Create(0);
            V betaTotal = V.Create(0);
            for (int first = 0; first < rowCount; first += RowsPerSum)
            {
                V gammaSum = V.Create(0);
                V betaSum = V.Create(0);
                int end = Math.Min(first + RowsPerSum, rowCount);
                for (int row = first; row < end; row++)
                {
                    V gradient = PartialLanes.LoadUpTo<V>(ref Unsafe.Add(ref dy, row * width), count);
                    V normalized = statistics[row].Apply(PartialLanes.LoadUpTo<V>(ref Unsafe.Add(ref x, row * width), count));
                    gammaSum = V.MultiplyAdd(gradient, normalized, gammaSum);
                    betaSum += gradient;
                }

                gammaTotal += gammaSum;
                betaTotal += betaSum;
            }

            if (!_gammaGradient.IsEmpty)
            {
                Add(ref Unsafe.Add(ref MemoryMarshal.GetReference(_gammaGradient), column), gammaTotal, count);
            }

            if (!_betaGradient.IsEmpty)
            {
                Add(ref Unsafe.Add(ref MemoryMarshal.GetReference(_betaGradient), column), betaTotal, count);
            }
        }

        private static void Add<V>(ref float destination, V sum, int count)
            where V : unmanaged, ILanes<V> =>
            PartialLanes.Store(PartialLanes.Load<V>(ref destination, count, 0) + sum, ref destination, count);
    }
}
