namespace Akin.Search.Lexical.Postings;

/// <summary>What a segment holds and where: row numbers (i64), lengths (i32), postings, entries of the terms, where the bytes of each term begin (u32, one more than terms), the bytes.</summary>
internal sealed record SegmentLayout(int DocumentCount, int TermCount, long EntriesOffset, uint TermBytes)
{
    public const long RowsOffset = 0;

    public long LengthsOffset => (long)DocumentCount * sizeof(long);

    public long PostingsOffset => LengthsOffset + (long)DocumentCount * sizeof(int);

    public long TermStartsOffset => EntriesOffset + (long)TermCount * TermEntry.SizeBytes;

    public long TermBytesOffset => TermStartsOffset + (TermCount + 1L) * sizeof(uint);

    public long SizeBytes => TermBytesOffset + TermBytes;
}
