namespace Akin.Datasets.Collators;

/// <summary>How sequences of tokens are filled up to one length.</summary>
public sealed record TokenPadding
{
    /// <summary>The id that fills <c>input_ids</c>; default 0.</summary>
    public int PadTokenId { get; init; }

    /// <summary>The id that fills <c>token_type_ids</c>; default 0.</summary>
    public int PadTokenTypeId { get; init; }

    /// <summary>Where sequences are filled up; default right.</summary>
    public PaddingSide Side { get; init; }

    /// <summary>The length is a multiple of this; null for any.</summary>
    public int? MultipleOf { get; init; }

    /// <summary>The length of every batch; null for that of its longest sequence.</summary>
    public int? Length { get; init; }

    /// <summary>The length sequences of these lengths are filled up to.</summary>
    internal int LengthFor(IEnumerable<int> lengths)
    {
        int longest = lengths.DefaultIfEmpty(0).Max();
        int length = Math.Max(Length ?? longest, longest);
        return MultipleOf is { } multiple and > 1 ? (length + multiple - 1) / multiple * multiple : length;
    }

    /// <summary>The sequences one under the other, each filled up.</summary>
    internal long[] Fill(IReadOnlyList<long[]> sequences, int length, long fill)
    {
        long[] filled = new long[sequences.Count * length];
        Array.Fill(filled, fill);
        for (int row = 0; row < sequences.Count; row++)
        {
            int start = (row * length) + (Side == PaddingSide.Left ? length - sequences[row].Length : 0);
            sequences[row].CopyTo(filled, start);
        }

        return filled;
    }
}
