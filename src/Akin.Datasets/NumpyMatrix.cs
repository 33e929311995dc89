using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.RegularExpressions;

namespace Akin.Datasets;

/// <summary>A float32 matrix from a NumPy <c>.npy</c> file (formats 1.0 to 3.0, little-endian, C order).</summary>
public sealed partial class NumpyMatrix
{
    private const int LargestHeaderBytes = 1 << 16;

    private NumpyMatrix(int rowCount, int columnCount, float[] values)
    {
        RowCount = rowCount;
        ColumnCount = columnCount;
        Values = values;
    }

    /// <summary>Number of rows.</summary>
    public int RowCount { get; }

    /// <summary>Floats of a row.</summary>
    public int ColumnCount { get; }

    /// <summary>The values `[rows, columns]`.</summary>
    public float[] Values { get; }

    /// <summary>One row.</summary>
    public ReadOnlySpan<float> Row(int row) => Values.AsSpan(row * ColumnCount, ColumnCount);

    /// <summary>Reads a file whole.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="DataFormatException">It is not a float32 matrix in a format that is known, is cut off, or is too large for one array.</exception>
    /// <exception cref="IOException">The file is missing or cannot be read.</exception>
    public static NumpyMatrix Read(string path)
    {
        const int PreambleBytes = 8;
        using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.Read);
        Span<byte> start = stackalloc byte[PreambleBytes + sizeof(uint)];
        int read = file.ReadAtLeast(start[..PreambleBytes], PreambleBytes, throwOnEndOfStream: false);
        if (read < PreambleBytes || start[0] != 0x93 || !start[1..6].SequenceEqual("NUMPY"u8) || start[6] is < 1 or > 3)
        {
            throw new DataFormatException(path, 0, "it does not begin like a .npy file of format 1.0, 2.0 or 3.0");
        }

        int lengthBytes = start[6] == 1 ? sizeof(ushort) : sizeof(uint);
        Span<byte> lengthField = start.Slice(PreambleBytes, lengthBytes);
        read = file.ReadAtLeast(lengthField, lengthBytes, throwOnEndOfStream: false);
        uint headerBytes = read < lengthBytes ? 0 : lengthBytes == sizeof(ushort) ? BinaryPrimitives.ReadUInt16LittleEndian(lengthField) : BinaryPrimitives.ReadUInt32LittleEndian(lengthField);
        if (headerBytes is 0 or > LargestHeaderBytes || headerBytes > file.Length - file.Position)
        {
            throw new DataFormatException(path, 0, $"its header of {headerBytes} bytes does not fit the file");
        }

        byte[] header = new byte[headerBytes];
        file.ReadExactly(header);
        (long rows, long columns) = ShapeOf(path, Encoding.UTF8.GetString(header));
        long expected = rows * columns * sizeof(float);
        if (rows * columns > Array.MaxLength)
        {
            throw new DataFormatException(path, 0, $"its {rows} x {columns} values are more than the {Array.MaxLength} that one array holds");
        }

        if (file.Length - file.Position != expected)
        {
            throw new DataFormatException(path, 0, $"{rows} x {columns} float32 values are {expected} bytes, and {file.Length - file.Position} follow the header");
        }

        float[] values = new float[rows * columns];
        file.ReadExactly(MemoryMarshal.AsBytes(values.AsSpan()));
        if (!BitConverter.IsLittleEndian)
        {
            Span<int> words = MemoryMarshal.Cast<float, int>(values.AsSpan());
            BinaryPrimitives.ReverseEndianness(words, words);
        }

        return new NumpyMatrix((int)rows, (int)columns, values);
    }

    private static (long Rows, long Columns) ShapeOf(string path, string header)
    {
        Match type = TypePattern().Match(header);
        if (!type.Success || type.Groups[1].Value != "<f4")
        {
            throw new DataFormatException(path, 0, $"its elements are {(type.Success ? $"'{type.Groups[1].Value}'" : "of several types")}; supported is '<f4' (float32, little-endian)");
        }

        if (!OrderPattern().IsMatch(header))
        {
            throw new DataFormatException(path, 0, "it is not in C order (fortran_order is not False)");
        }

        Match shape = ShapePattern().Match(header);
        if (!shape.Success ||
            !int.TryParse(shape.Groups[1].Value, NumberStyles.None, CultureInfo.InvariantCulture, out int rows) ||
            !int.TryParse(shape.Groups[2].Value, NumberStyles.None, CultureInfo.InvariantCulture, out int columns))
        {
            throw new DataFormatException(path, 0, "it has not two dimensions (a matrix has a shape of rows and columns)");
        }

        return (rows, columns);
    }

    [GeneratedRegex(@"'descr':\s*'([^']*)'")]
    private static partial Regex TypePattern();

    [GeneratedRegex(@"'fortran_order':\s*False")]
    private static partial Regex OrderPattern();

    [GeneratedRegex(@"'shape':\s*\(\s*(\d+)L?\s*,\s*(\d+)L?\s*,?\s*\)")]
    private static partial Regex ShapePattern();
}
