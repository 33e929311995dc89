namespace Akin.Training.Metrics.Generation;

/// <summary>How BLEU cuts text into words. The names of sacreBLEU stand in brackets.</summary>
public enum BleuTokenizer
{
    /// <summary>The rules of WMT's mteval-v13a (<c>13a</c>): ASCII punctuation apart, except inside numbers. The usual choice for texts with spaces.</summary>
    Mteval13a,

    /// <summary>The rules of mteval-v14 (<c>intl</c>): all Unicode punctuation and symbols apart.</summary>
    International,

    /// <summary>Every Chinese character and full-width sign apart, the rest as 13a (<c>zh</c>).</summary>
    Chinese,

    /// <summary>Every character apart (<c>char</c>).</summary>
    Characters,

    /// <summary>Cut at white space only (<c>none</c>), for text that is already tokenized.</summary>
    None,
}
