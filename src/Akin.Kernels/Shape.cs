using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;

namespace Akin.Kernels;

/// <summary>The one place where kernels check the sizes they are given; nothing below a public entry checks again.</summary>
internal static class Shape
{
    /// <summary>Throws unless a span has exactly the elements its shape says.</summary>
    public static void Require(int length, long expected, string shape, string parameterName)
    {
        if (length != expected)
        {
            Throw(length, expected, shape, parameterName);
        }
    }

    /// <summary>Throws unless input and output are the same span or do not overlap at all.</summary>
    public static void RequireSameOrApart<TInput, TOutput>(ReadOnlySpan<TInput> input, ReadOnlySpan<TOutput> output, string parameterName)
        where TInput : unmanaged
        where TOutput : unmanaged
    {
        ReadOnlySpan<byte> inputBytes = MemoryMarshal.AsBytes(input);
        ReadOnlySpan<byte> outputBytes = MemoryMarshal.AsBytes(output);
        if (inputBytes.Overlaps(outputBytes, out int offset) && offset != 0)
        {
            throw new ArgumentException("The output overlaps the input without being the same span: use the same span or a separate one.", parameterName);
        }
    }

    /// <summary>Checks <c>offsets[batch + 1]</c> of a ragged batch: it starts at 0, never falls and ends at the token count.</summary>
    public static void RequireOffsets(ReadOnlySpan<int> offsets, int tokenCount)
    {
        if (offsets.IsEmpty || offsets[0] != 0)
        {
            throw new ArgumentException(
                offsets.IsEmpty ? "offsets is empty: it needs one entry more than there are sequences." : $"offsets[0] is {offsets[0]}: it must be 0.",
                nameof(offsets));
        }

        for (int i = 1; i < offsets.Length; i++)
        {
            if (offsets[i] < offsets[i - 1])
            {
                throw new ArgumentException($"offsets[{i}] is {offsets[i]}, below offsets[{i - 1}] = {offsets[i - 1]}: offsets must not fall.", nameof(offsets));
            }
        }

        if (offsets[^1] != tokenCount)
        {
            throw new ArgumentException($"offsets ends at {offsets[^1]}, but there are {tokenCount} token rows.", nameof(offsets));
        }
    }

    /// <summary>The number of rows of a matrix given as a span; throws when the last one is not whole.</summary>
    public static int RowCount(int length, int width, string parameterName)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        return length % width == 0
            ? length / width
            : throw new ArgumentException($"{parameterName} has {length} elements, which is not a multiple of the row width {width}.", parameterName);
    }

    [DoesNotReturn]
    private static void Throw(int length, long expected, string shape, string parameterName) =>
        throw new ArgumentException($"{parameterName} has {length} elements, expected {expected}: {shape}.", parameterName);
}
