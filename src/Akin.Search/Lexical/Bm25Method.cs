namespace Akin.Search.Lexical;

/// <summary>The forms of BM25 that are in use (Kamphuis et al., "Which BM25 do you mean?", ECIR 2020), with the idf of each and how it weighs a term frequency.</summary>
/// <remarks>N documents, df of them with the term, tf times in this one; norm = k₁·(1 − b + b·length/mean length).</remarks>
public enum Bm25Method
{
    /// <summary>ln(1 + (N − df + ½)/(df + ½)) · tf/(tf + norm), with exact lengths, in double precision.</summary>
    Lucene,

    /// <summary>
    /// The same to the last bit of what Lucene 9 computes: lengths rounded as it stores them in a byte, float32, N without empty documents, other forms of a word at
    /// the same position not counted in the length.
    /// </summary>
    LuceneStoredLength,

    /// <summary>ln((N − df + ½)/(df + ½)), 0 where that is negative, · tf/(tf + norm): words in more than half of the documents count nothing.</summary>
    Robertson,

    /// <summary>ln(N/df) · tf·(k₁ + 1)/(tf + norm).</summary>
    Atire,

    /// <summary>ln((N + 1)/(df + ½)) · (k₁ + 1)·(c + δ)/(k₁ + c + δ) with c = tf·k₁/norm: kinder to long documents (Lv and Zhai 2011).</summary>
    Bm25L,

    /// <summary>ln((N + 1)/df) · (δ + tf·(k₁ + 1)/(tf + norm)): a term that occurs is worth at least δ however long the document (Lv and Zhai 2011).</summary>
    Bm25Plus,
}
