using System.Security.Cryptography;
using System.Text;

namespace Akin.Datasets.Columns;

/// <summary>Names for contents: 16 hexadecimal digits, as in Python's <c>datasets</c>.</summary>
internal static class Fingerprints
{
    /// <summary>A name for the result of an operation.</summary>
    public static string Of(string parent, string operation, params ReadOnlySpan<string> arguments)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Add(hash, parent);
        Add(hash, operation);
        foreach (string argument in arguments)
        {
            Add(hash, argument);
        }

        return Finish(hash);
    }

    /// <summary>A name for rows chosen from a set.</summary>
    public static string OfIndices(string parent, ReadOnlySpan<int> indices)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Add(hash, parent);
        Add(hash, "select");
        hash.AppendData(System.Runtime.InteropServices.MemoryMarshal.AsBytes(indices));
        return Finish(hash);
    }

    /// <summary>A name for values in memory.</summary>
    public static string OfValues(IReadOnlyList<RecordBatch> batches)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (RecordBatch batch in batches)
        {
            Add(hash, $"{batch.Length} {batch.Features}");
            foreach (ColumnData column in batch.Columns)
            {
                Add(hash, column);
            }
        }

        return Finish(hash);
    }

    /// <summary>A name that no other content has.</summary>
    public static string Unique() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8));

    private static void Add(IncrementalHash hash, ColumnData column)
    {
        hash.AppendData(column.Validity.Span);
        switch (column)
        {
            case BooleanColumn boolean:
                hash.AppendData(boolean.Bits.Span);
                break;
            case FixedWidthColumn fixedWidth:
                hash.AppendData(fixedWidth.Values.Span);
                break;
            case VariableWidthColumn variable:
                hash.AppendData(variable.Offsets.Span);
                hash.AppendData(variable.Values.Span);
                break;
            case ListColumn list:
                hash.AppendData(list.Offsets.Span);
                Add(hash, list.Items);
                break;
            case FixedLengthListColumn list:
                Add(hash, list.Items);
                break;
            case StructColumn structure:
                foreach (ColumnData field in structure.Fields)
                {
                    Add(hash, field);
                }

                break;
        }
    }

    private static void Add(IncrementalHash hash, string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        hash.AppendData(BitConverter.GetBytes(bytes.Length));
        hash.AppendData(bytes);
    }

    private static string Finish(IncrementalHash hash) => Convert.ToHexStringLower(hash.GetHashAndReset().AsSpan(0, 8));
}
