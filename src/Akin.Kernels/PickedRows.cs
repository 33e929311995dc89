using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;
using Akin.Kernels.Lanes;

namespace Akin.Kernels;

/// <summary>Compares one vector with rows picked by number out of a large matrix: what a walk through a neighbour graph asks for.</summary>
/// <remarks>
/// All picked rows are asked for first and then compared, four at a time. A result's bits depend on the two vectors alone.
/// Matrices may be larger than a span, so these methods take pointers and check nothing: every picked row must lie in the matrix.
/// </remarks>
public static unsafe class PickedRows
{
    /// <summary>Rows that are compared at a time.</summary>
    internal const int GroupSize = 4;

    private const int CacheLineBytes = 64;

    // Short rows are asked for whole. Of long ones the beginning does: processors see a row being read and fetch the rest, and can wait for a dozen lines only.
    private const int ShortRowBytes = 512;
    private const int BeginningBytes = 128;

    /// <summary>Dot products with float32 rows.</summary>
    /// <param name="query">The vector, <c>[dimension]</c>.</param>
    /// <param name="dimension">Floats of a vector.</param>
    /// <param name="rows">The matrix; row i begins at <c>rows + i · stride</c>.</param>
    /// <param name="stride">Floats from one row to the next, at least <paramref name="dimension"/>.</param>
    /// <param name="picks">Numbers of rows, <c>[count]</c>.</param>
    /// <param name="count">How many rows are picked.</param>
    /// <param name="results">Receives <c>[count]</c>.</param>
    public static void Dot(float* query, int dimension, float* rows, nint stride, int* picks, int count, float* results) =>
        Run<Reduction.DotReducer>(KernelTable.Tier, query, dimension, rows, stride, picks, count, results);

    /// <summary>Squared Euclidean distances to float32 rows.</summary>
    /// <inheritdoc cref="Dot(float*, int, float*, nint, int*, int, float*)"/>
    public static void SquaredDistance(float* query, int dimension, float* rows, nint stride, int* picks, int count, float* results) =>
        Run<Reduction.SquaredDistanceReducer>(KernelTable.Tier, query, dimension, rows, stride, picks, count, results);

    /// <summary>Dot products with int8 rows; exact.</summary>
    /// <param name="query">The codes, <c>[dimension]</c>.</param>
    /// <param name="dimension">Codes of a vector, at most <see cref="Distances.MaxCodeDimension"/>.</param>
    /// <param name="rows">The matrix, row after row.</param>
    /// <param name="picks">Numbers of rows, <c>[count]</c>.</param>
    /// <param name="count">How many rows are picked.</param>
    /// <param name="results">Receives <c>[count]</c>.</param>
    public static void Dot(sbyte* query, int dimension, sbyte* rows, int* picks, int count, int* results) =>
        CodeDot.Picked(KernelTable.Tier, query, dimension, rows, picks, count, results);

    /// <summary>Numbers of bits in which rows of bits differ.</summary>
    /// <param name="query">The bits, <c>[wordCount]</c> words.</param>
    /// <param name="wordCount">Words of 64 bits of a row.</param>
    /// <param name="rows">The matrix, row after row.</param>
    /// <param name="picks">Numbers of rows, <c>[count]</c>.</param>
    /// <param name="count">How many rows are picked.</param>
    /// <param name="results">Receives <c>[count]</c>.</param>
    public static void Hamming(ulong* query, int wordCount, ulong* rows, int* picks, int count, int* results)
    {
        FetchRows(rows, wordCount * sizeof(ulong), wordCount * sizeof(ulong), picks, count);
        for (int i = 0; i < count; i++)
        {
            ulong* row = rows + (nint)picks[i] * wordCount;
            int differing = 0;
            for (int word = 0; word < wordCount; word++)
            {
                differing += BitOperations.PopCount(query[word] ^ row[word]);
            }

            results[i] = differing;
        }
    }

    /// <summary>Asks the processor to bring memory into the cache; does nothing where .NET has no instruction for it. The memory need not be readable.</summary>
    /// <param name="start">The first byte.</param>
    /// <param name="byteCount">Bytes.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Fetch(void* start, nint byteCount)
    {
        if (Sse.IsSupported)
        {
            for (nint offset = 0; offset < byteCount; offset += CacheLineBytes)
            {
                Sse.Prefetch0((byte*)start + offset);
            }
        }
    }

    /// <summary>Asks the processor for rows that are about to be compared.</summary>
    /// <param name="rows">The matrix.</param>
    /// <param name="strideBytes">Bytes from one row to the next.</param>
    /// <param name="rowBytes">Bytes of a row.</param>
    /// <param name="picks">Numbers of rows, <c>[count]</c>.</param>
    /// <param name="count">How many rows are picked.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void FetchRows(void* rows, nint strideBytes, nint rowBytes, int* picks, int count)
    {
        nint fetched = rowBytes <= ShortRowBytes ? rowBytes : BeginningBytes;
        for (int i = 0; i < count; i++)
        {
            Fetch((byte*)rows + picks[i] * strideBytes, fetched);
        }
    }

    internal static void Run<TReducer>(
        KernelTier tier, float* query, int dimension, float* rows, nint stride, int* picks, int count, float* results)
        where TReducer : struct, IReducer
    {
        switch (tier)
        {
            case KernelTier.Avx512:
                Run<TReducer, Lanes512>(query, dimension, rows, stride, picks, count, results);
                break;
            case KernelTier.Avx2:
                Run<TReducer, Lanes256>(query, dimension, rows, stride, picks, count, results);
                break;
            case KernelTier.Vector128:
                Run<TReducer, Lanes128>(query, dimension, rows, stride, picks, count, results);
                break;
            default:
                Run<TReducer, ScalarLane>(query, dimension, rows, stride, picks, count, results);
                break;
        }
    }

    [MethodImpl(HotCode.Options)]
    private static void Run<TReducer, V>(float* query, int dimension, float* rows, nint stride, int* picks, int count, float* results)
        where TReducer : struct, IReducer
        where V : unmanaged, ILanes<V>
    {
        FetchRows(rows, stride * sizeof(float), (nint)dimension * sizeof(float), picks, count);
        int whole = dimension - dimension % V.Count;
        V zero = V.Create(0);
        for (int i = 0; i < count; i += GroupSize)
        {
            // The last group repeats its last row instead of reading past the end.
            int left = count - i - 1;
            float* row0 = rows + picks[i] * stride;
            float* row1 = rows + picks[i + Math.Min(1, left)] * stride;
            float* row2 = rows + picks[i + Math.Min(2, left)] * stride;
            float* row3 = rows + picks[i + Math.Min(3, left)] * stride;
            V sum0 = zero, sum1 = zero, sum2 = zero, sum3 = zero;
            int column = 0;
            for (; column < whole; column += V.Count)
            {
                V q = V.Load(ref query[column]);
                sum0 = TReducer.Step(sum0, q, V.Load(ref row0[column]), zero);
                sum1 = TReducer.Step(sum1, q, V.Load(ref row1[column]), zero);
                sum2 = TReducer.Step(sum2, q, V.Load(ref row2[column]), zero);
                sum3 = TReducer.Step(sum3, q, V.Load(ref row3[column]), zero);
            }

            if (column < dimension)
            {
                int rest = dimension - column;
                V q = PartialLanes.Load<V>(ref query[column], rest, 0);
                sum0 = TReducer.Step(sum0, q, PartialLanes.Load<V>(ref row0[column], rest, 0), zero);
                sum1 = TReducer.Step(sum1, q, PartialLanes.Load<V>(ref row1[column], rest, 0), zero);
                sum2 = TReducer.Step(sum2, q, PartialLanes.Load<V>(ref row2[column], rest, 0), zero);
                sum3 = TReducer.Step(sum3, q, PartialLanes.Load<V>(ref row3[column], rest, 0), zero);
            }

            results[i] = V.Sum(sum0);
            results[i + Math.Min(1, left)] = V.Sum(sum1);
            results[i + Math.Min(2, left)] = V.Sum(sum2);
            results[i + Math.Min(3, left)] = V.Sum(sum3);
        }
    }
}
