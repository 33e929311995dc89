using System.Runtime.CompilerServices;

namespace Akin.Kernels.Lanes;

/// <summary>Runs a row kernel over all rows on a tier, sharing blocks of rows among the threads of a pool.</summary>
internal static class RowLoop
{
    /// <summary>Floats a task should touch at least: a few microseconds of work, much more than handing it out costs.</summary>
    private const int FloatsPerTask = 16 * 1024;

    public static void Run<TKernel>(KernelTier tier, int rowCount, int floatsPerRow, in TKernel kernel, WorkerPool pool)
        where TKernel : struct, IRowKernel, allows ref struct
    {
        int rowsPerTask = Math.Max(1, FloatsPerTask / Math.Max(1, floatsPerRow));
        Body<TKernel> body = new()
        {
            Kernel = kernel,
            Tier = tier,
            RowCount = rowCount,
            RowsPerTask = rowsPerTask,
        };
        pool.For((int)(((long)rowCount + rowsPerTask - 1) / rowsPerTask), ref body);
    }

    private ref struct Body<TKernel> : IParallelBody
        where TKernel : struct, IRowKernel, allows ref struct
    {
        public TKernel Kernel;
        public KernelTier Tier;
        public int RowCount;
        public int RowsPerTask;

        public void Execute(int taskIndex)
        {
            int first = taskIndex * RowsPerTask;
            int last = Math.Min(first + RowsPerTask, RowCount);
            switch (Tier)
            {
                case KernelTier.Avx512:
                    Rows<Lanes512>(first, last);
                    break;
                case KernelTier.Avx2:
                    Rows<Lanes256>(first, last);
                    break;
                case KernelTier.Vector128:
                    Rows<Lanes128>(first, last);
                    break;
                default:
                    Rows<ScalarLane>(first, last);
                    break;
            }
        }

        [MethodImpl(HotCode.Options)]
        private void Rows<V>(int first, int last)
            where V : unmanaged, ILanes<V>
        {
            for (int row = first; row < last; row++)
            {
                Kernel.Run<V>(row);
            }
        }
    }
}
